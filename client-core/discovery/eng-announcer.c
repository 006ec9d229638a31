/* eng-announcer.c: what all torrents announce through. */
#include "client-core/discovery/eng-announcer.h"

#include <string.h>

#include "client-core/discovery/eng-announcer-private.h"
#include "protocol/core/bt-assert.h"

#define SECOND_US UINT64_C (1000000)
#define HTTP_A_HOST 2

static const EngAnnouncerLimits usual_limits = { .http_timeout_us = 30 * SECOND_US,
                                                 .http_gap_us = SECOND_US / 20,
                                                 .udp_timeout_us = 60 * SECOND_US,
                                                 .udp_grace_us = SECOND_US };

static EngHttp *
make_http (BtioReactor *reactor, const EngAnnouncerConfig *config, const EngAnnouncerLimits *limits)
{
  const EngHttpConfig http = { .user_agent = config->user_agent,
                               .bind = config->bind,
                               .at_once = ENG_ANNOUNCES_AT_ONCE,
                               .at_once_a_host = HTTP_A_HOST,
                               .timeout_us = limits->http_timeout_us,
                               .gap_us = limits->http_gap_us,
                               .seed = config->seed };

  return eng_http_new (reactor, &http);
}

static EngUdp *
make_udp (BtioReactor *reactor, BtioResolver *resolver, const EngAnnouncerConfig *config,
          const EngAnnouncerLimits *limits)
{
  const EngUdpConfig udp = { .bind = config->bind,
                             .timeout_us = limits->udp_timeout_us,
                             .grace_us = limits->udp_grace_us,
                             .seed = config->seed };

  return eng_udp_new (reactor, resolver, &udp);
}

EngAnnouncer *
eng_announcer_new_within (BtioReactor *reactor, const EngAnnouncerConfig *config,
                          const EngAnnouncerLimits *limits)
{
  EngAnnouncer *self = g_new0 (EngAnnouncer, 1);

  self->reactor = reactor;
  self->resolver = btio_resolver_new (reactor);
  self->askers = (EngAskers){ .reactor = reactor,
                              .http = make_http (reactor, config, limits),
                              .udp = make_udp (reactor, self->resolver, config, limits) };
  memcpy (self->peer_id, config->peer_id, sizeof self->peer_id);
  self->key = config->key;
  self->port = config->port;
  self->random = config->seed;
  return self;
}

EngAnnouncer *
eng_announcer_new (BtioReactor *reactor, const EngAnnouncerConfig *config)
{
  return eng_announcer_new_within (reactor, config, &usual_limits);
}

void
eng_announcer_move (EngAnnouncer *self, const BtioBind *bind, uint16_t port)
{
  self->port = port;
  eng_http_move (self->askers.http, bind);
  eng_udp_move (self->askers.udp, bind);
}

void
eng_announcer_cut_off (EngAnnouncer *self)
{
  eng_http_cut_off (self->askers.http);
  eng_udp_cut_off (self->askers.udp);
}

void
eng_announcer_free (EngAnnouncer *self)
{
  if (self == NULL)
    return;
  bt_assert (self->n_announces == 0);
  eng_http_free (self->askers.http);
  eng_udp_free (self->askers.udp);
  btio_resolver_free (self->resolver);
  g_free (self);
}
