/* shoal.h: the whole public interface of libshoal-1; the one header that a program includes. */
#pragma once

#include "shoal-creator.h"
#include "shoal-error.h"
#include "shoal-estimate.h"
#include "shoal-export.h"
#include "shoal-fetch.h"
#include "shoal-file.h"
#include "shoal-peer.h"
#include "shoal-session.h"
#include "shoal-torrent-tracker.h"
#include "shoal-torrent.h"
#include "shoal-tracker-added.h"
#include "shoal-tracker-admin.h"
#include "shoal-tracker-entry.h"
#include "shoal-tracker.h"
#include "shoal-verifier.h"
#include "shoal-version.h"
