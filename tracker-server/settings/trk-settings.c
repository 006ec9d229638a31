/* trk-settings.c: reading, checking and writing values by the table. */
#include "tracker-server/settings/trk-settings.h"

#include <string.h>

#include "protocol/core/bt-assert.h"

#define TEXT_MAX 1000u
#define LIST_MAX 100u
#define LIST_SEPARATOR ";"

/* --- places --- */

static void *
place_of (TrkSettings *self, const TrkSetting *setting)
{
  return (char *) self + setting->offset;
}

static const void *
peek (const TrkSettings *self, const TrkSetting *setting)
{
  return (const char *) self + setting->offset;
}

static bool
is_list (const TrkSetting *setting)
{
  return setting->type >= TRK_SETTING_ENDPOINTS;
}

static bool
is_text (const TrkSetting *setting)
{
  return setting->type >= TRK_SETTING_TEXT && !is_list (setting);
}

static void
put_text (char **place, char *text)
{
  g_free (*place);
  *place = text;
}

static void
put_list (char ***place, char **list)
{
  g_strfreev (*place);
  *place = list;
}

/* --- single values --- */

static TrkSettingProblem
set_bool (bool *place, const char *value)
{
  if (strcmp (value, "true") != 0 && strcmp (value, "false") != 0)
    return TRK_SETTING_BAD_FORM;
  *place = value[0] == 't';
  return TRK_SETTING_FINE;
}

static TrkSettingProblem
set_number (uint32_t *place, const TrkSetting *setting, const char *value)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, 0, UINT64_MAX, &number, NULL))
    return TRK_SETTING_BAD_FORM;
  if (number < setting->min || number > setting->max)
    return TRK_SETTING_OUTSIDE;
  *place = (uint32_t) number;
  return TRK_SETTING_FINE;
}

static TrkSettingProblem
set_choice (uint32_t *place, const TrkSetting *setting, const char *value)
{
  for (uint32_t i = 0; setting->choices[i] != NULL; i++)
    if (strcmp (setting->choices[i], value) == 0)
      {
        *place = i;
        return TRK_SETTING_FINE;
      }
  return TRK_SETTING_OUTSIDE;
}

/* One line of text that can be shown. */
static bool
is_plain (const char *value)
{
  if (!g_utf8_validate (value, -1, NULL))
    return false;
  for (const uint8_t *at = (const uint8_t *) value; *at != '\0'; at++)
    if (*at < 0x20 || *at == 0x7f || (at[0] == 0xc2 && at[1] < 0xa0)) /* U+0080 to U+009F, too */
      return false;
  return true;
}

/* http or https, a host, perhaps a port, nothing behind it. */
static bool
is_base_url (const char *value)
{
  g_autoptr (GUri) uri = g_uri_parse (value, G_URI_FLAGS_NONE, NULL);

  return uri != NULL && g_uri_get_host (uri) != NULL && g_uri_get_host (uri)[0] != '\0'
         && (strcmp (g_uri_get_scheme (uri), "http") == 0
             || strcmp (g_uri_get_scheme (uri), "https") == 0)
         && g_uri_get_path (uri)[0] == '\0' && g_uri_get_query (uri) == NULL
         && g_uri_get_fragment (uri) == NULL && g_uri_get_userinfo (uri) == NULL;
}

static bool
is_address (const TrkSetting *setting, const char *value)
{
  bool v4 = g_str_has_suffix (setting->name, "ipv4");
  BtEndpoint endpoint;

  return bt_endpoint_parse_address (value, strlen (value), &endpoint)
         && endpoint.family == (v4 ? BT_FAMILY_V4 : BT_FAMILY_V6);
}

static TrkSettingProblem
set_text (char **place, const TrkSetting *setting, const char *value)
{
  bool fine = is_plain (value);

  if (strlen (value) > TEXT_MAX)
    return TRK_SETTING_OUTSIDE;
  if (setting->type == TRK_SETTING_PATH)
    fine = fine && (value[0] == '\0' || g_path_is_absolute (value));
  else if (setting->type == TRK_SETTING_URL)
    fine = fine && (value[0] == '\0' || is_base_url (value));
  else if (setting->type == TRK_SETTING_ADDRESS)
    fine = value[0] == '\0' || is_address (setting, value);
  if (!fine)
    return TRK_SETTING_BAD_FORM;
  put_text (place, g_strdup (value));
  return TRK_SETTING_FINE;
}

/* --- lists --- */

bool
trk_settings_endpoint (const char *text, BtEndpoint *out)
{
  return bt_endpoint_parse (text, strlen (text), out);
}

/* "10.0.0.0/8", or an address alone. */
static bool
is_network (const char *word)
{
  const char *slash = strchr (word, '/');
  size_t len = slash != NULL ? (size_t) (slash - word) : strlen (word);
  BtEndpoint base;
  guint64 bits;

  if (!bt_endpoint_parse_address (word, len, &base))
    return false;
  return slash == NULL
         || g_ascii_string_to_unsigned (slash + 1, 10, 0, 8 * bt_endpoint_addr_len (&base), &bits,
                                        NULL);
}

static bool
is_word (TrkSettingType type, const char *word)
{
  BtEndpoint endpoint;

  switch (type)
    {
    case TRK_SETTING_DOORS:
      return word[0] == '/' ? is_plain (word) : trk_settings_endpoint (word, &endpoint);
    case TRK_SETTING_ENDPOINTS:
      return trk_settings_endpoint (word, &endpoint);
    case TRK_SETTING_NETWORKS:
      return is_network (word);
    case TRK_SETTING_WORDS:
      return is_plain (word) && strpbrk (word, " ,\"\\") == NULL;
    case TRK_SETTING_BOOL:
    case TRK_SETTING_NUMBER:
    case TRK_SETTING_CHOICE:
    case TRK_SETTING_TEXT:
    case TRK_SETTING_PATH:
    case TRK_SETTING_URL:
    case TRK_SETTING_ADDRESS:
    default:
      return false;
    }
}

/* The words of a list without the spaces around them; empty ones are dropped. (transfer full) */
static char **
split (const char *value)
{
  g_auto (GStrv) parts = g_strsplit (value, LIST_SEPARATOR, -1);
  GStrvBuilder *words = g_strv_builder_new ();
  char **list;

  for (char **part = parts; *part != NULL; part++)
    if (g_strstrip (*part)[0] != '\0')
      g_strv_builder_add (words, *part);
  list = g_strv_builder_end (words);
  g_strv_builder_unref (words);
  return list;
}

static TrkSettingProblem
set_list (char ***place, const TrkSetting *setting, const char *value)
{
  g_auto (GStrv) list = split (value);

  if (strlen (value) > LIST_MAX * TEXT_MAX || g_strv_length (list) > LIST_MAX)
    return TRK_SETTING_OUTSIDE;
  for (char **word = list; *word != NULL; word++)
    if (!is_word (setting->type, *word))
      return TRK_SETTING_BAD_FORM;
  put_list (place, g_steal_pointer (&list));
  return TRK_SETTING_FINE;
}

/* --- all of them --- */

static TrkSettingProblem
set (TrkSettings *self, const TrkSetting *setting, const char *value)
{
  void *place = place_of (self, setting);

  if (setting->type == TRK_SETTING_BOOL)
    return set_bool (place, value);
  if (setting->type == TRK_SETTING_NUMBER)
    return set_number (place, setting, value);
  if (setting->type == TRK_SETTING_CHOICE)
    return set_choice (place, setting, value);
  return is_list (setting) ? set_list (place, setting, value) : set_text (place, setting, value);
}

void
trk_settings_init (TrkSettings *self)
{
  size_t n;
  const TrkSetting *table = trk_settings_table (&n);

  *self = (TrkSettings){ 0 };
  for (size_t i = 0; i < n; i++)
    bt_assert (set (self, &table[i], table[i].usual) == TRK_SETTING_FINE);
}

void
trk_settings_clear (TrkSettings *self)
{
  size_t n;
  const TrkSetting *table = trk_settings_table (&n);

  for (size_t i = 0; i < n; i++)
    if (is_list (&table[i]))
      put_list (place_of (self, &table[i]), NULL);
    else if (is_text (&table[i]))
      put_text (place_of (self, &table[i]), NULL);
}

void
trk_settings_copy (TrkSettings *self, const TrkSettings *from)
{
  size_t n;
  const TrkSetting *table = trk_settings_table (&n);

  *self = *from;
  for (size_t i = 0; i < n; i++)
    if (is_list (&table[i]))
      *(char ***) place_of (self, &table[i]) = g_strdupv (*(char ***) place_of (self, &table[i]));
    else if (is_text (&table[i]))
      *(char **) place_of (self, &table[i]) = g_strdup (*(char **) place_of (self, &table[i]));
}

TrkSettingProblem
trk_settings_set (TrkSettings *self, const char *name, const char *value)
{
  const TrkSetting *setting = trk_settings_find (name);

  return setting != NULL ? set (self, setting, value) : TRK_SETTING_UNKNOWN;
}

char *
trk_settings_get (const TrkSettings *self, const char *name)
{
  const TrkSetting *setting = trk_settings_find (name);

  if (setting == NULL)
    return NULL;
  if (setting->type == TRK_SETTING_BOOL)
    return g_strdup (*(const bool *) peek (self, setting) ? "true" : "false");
  if (setting->type == TRK_SETTING_NUMBER)
    return g_strdup_printf ("%u", *(const uint32_t *) peek (self, setting));
  if (setting->type == TRK_SETTING_CHOICE)
    return g_strdup (setting->choices[*(const uint32_t *) peek (self, setting)]);
  if (is_list (setting))
    return g_strjoinv (LIST_SEPARATOR, *(char **const *) peek (self, setting));
  return g_strdup (*(const char *const *) peek (self, setting));
}
