/* btd-cpu-private.h: which of the instructions that the engines use may be used here. */
#pragma once

#include <stdbool.h>

/* The widest vectors that both the processor and the system support. */
typedef enum
{
  BTD_VECTOR_NONE,
  BTD_VECTOR_AVX2,   /* and BMI2 */
  BTD_VECTOR_AVX512, /* F, BW and VL, and all of the above */
  BTD_VECTOR_LEVELS
} BtdVector;

typedef struct
{
  bool sha; /* SHA, SSSE3 and SSE4.1 */
  BtdVector vector;
} BtdCpu;

/* Asks the processor, which takes microseconds under a hypervisor. */
BtdCpu btd_cpu_detect (void);
