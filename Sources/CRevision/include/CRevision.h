#ifndef CREVISION_H
#define CREVISION_H

/// The commit that the build was told of, as Package.swift passes it on; empty when it was told of none.
///
/// It is in C, in a module of its own, so that another commit means compiling it and its one importer, and linking.
const char *crevision(void);

#endif
