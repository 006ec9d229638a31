/* trk-secret.h: random keys. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Fills with random bytes of the kernel; false and errno when it gives none. */
bool trk_secret_random (void *bytes, size_t len);
