#pragma once

/// Names the module to the linker, which then takes all of it.
void cthreads_link(void);
