#include "CRevision.h"

#ifndef KUSTO_SINK_REVISION
#define KUSTO_SINK_REVISION ""
#endif

const char *crevision(void) { return KUSTO_SINK_REVISION; }
