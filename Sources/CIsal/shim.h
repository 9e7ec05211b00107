#include <isa-l/igzip_lib.h>
#include <isa-l/crc.h>

static const unsigned int cisal_level_2_buffer_bytes = ISAL_DEF_LVL2_DEFAULT;
static const unsigned int cisal_level_3_buffer_bytes = ISAL_DEF_LVL3_DEFAULT;
