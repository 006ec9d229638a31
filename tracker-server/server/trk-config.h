/* trk-config.h: the tracker's configuration file, from its bytes to settings.
 *
 *     # a comment
 *     [announce]
 *     interval = 1800
 *
 * A group and a key are the name of a setting (trk-settings.h); lists have ; between their words. A
 * mistake names its file and line, what is wrong and what would be right; all of them are found,
 * not the first alone. */
#pragma once

#include <stdbool.h>

#include <glib.h>

#include "tracker-server/settings/trk-settings.h"

/* A longer file is no configuration, in bytes. */
#define TRK_CONFIG_LEN_MAX (1u << 20)

/* What was found. */
typedef struct
{
  GPtrArray *errors;   /* of char *: sentences without a full stop */
  GPtrArray *warnings; /* likewise */
} TrkConfigReport;

void trk_config_report_init (TrkConfigReport *self);
void trk_config_report_clear (TrkConfigReport *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TrkConfigReport, trk_config_report_clear)

void trk_config_error (TrkConfigReport *report, const char *format, ...) G_GNUC_PRINTF (2, 3);
void trk_config_warn (TrkConfigReport *report, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Sets what the file says; false when there is an error. Warns when others may write the file. */
bool trk_config_read (const char *path, TrkSettings *settings, TrkConfigReport *report);

/* The same of a text; @path is what it is called. */
bool trk_config_parse (const char *path, const char *text, size_t len, TrkSettings *settings,
                       TrkConfigReport *report);

/* Sets what "NAME=VALUE" says. */
bool trk_config_assign (const char *assignment, TrkSettings *settings, TrkConfigReport *report);

/* What goes wrong together, and what a file that is named is like. False when there is an error. */
bool trk_config_check (const TrkSettings *settings, TrkConfigReport *report);

/* Why a value is refused: "“x” is no number; a number from 1 to 200 is right". (transfer full) */
char *trk_config_problem_text (const TrkSetting *setting, const char *value,
                               TrkSettingProblem problem);

/* What a setting takes: "a number from 1 to 200". (transfer full) */
char *trk_config_takes (const TrkSetting *setting);

/* A file with every setting commented out, its meaning, range and default. (transfer full) */
char *trk_config_sample (void);
