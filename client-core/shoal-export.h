/* shoal-export.h: marks what libshoal-1 shows to programs; everything else in it is hidden. */
#pragma once

#define SHOAL_API __attribute__ ((visibility ("default"))) extern
