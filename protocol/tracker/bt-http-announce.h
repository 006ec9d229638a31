/* bt-http-announce.h: announces over HTTP, both sides (BEP 3, 7, 21, 23, 24, 31).
 *
 * Only the query and the body: the request line, headers and connections are the driver's. The
 * tracker's side allocates nothing. Any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include "protocol/core/bt-error.h"
#include "protocol/tracker/bt-announce.h"
#include "protocol/tracker/bt-tracker-problem.h"

/* The client: appends @announce_url with the parameters behind the query that it may have. */
void bt_http_announce_url (GString *out, const char *announce_url,
                           const BtAnnounceRequest *request);

/* The tracker: reads the text behind the '?'. Unknown parameters and events and empty numbers are
 * ignored; of a parameter that stands twice the last one counts, but for info_hash. A "left" below
 * zero or of 2^63 and more is unknown. On a problem @out is undefined; on success it borrows from
 * @query. */
BtTrackerProblem bt_http_announce_parse (const char *query, size_t len, BtAnnounceRequest *out);

/* The tracker: writes the bencoded body, keys sorted. Returns its length, or 0 when it does not fit
 * into @size. */
size_t bt_http_announce_write (uint8_t *out, size_t size, const BtAnnounceReply *reply,
                               BtPeersForm form);

/* The client: reads the body, which may be any bytes, and appends its peers, compact or not, to
 * @peers (of BtTrackerPeer). Keys may be out of order, as some trackers send them, but nothing else
 * may be wrong. A failure is read with success: look at out->failure. On an error @out is undefined
 * and @peers is as it was; on success @out borrows from @data. */
bool bt_http_announce_read (const uint8_t *data, size_t len, BtAnnounceReply *out, GArray *peers,
                            BtError *why);
