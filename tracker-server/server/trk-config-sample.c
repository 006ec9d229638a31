/* trk-config-sample.c: the settings' table as words: what each takes, and a file of all. */
#include "tracker-server/server/trk-config.h"

#include <string.h>

#include <glib/gi18n.h>

#define WIDTH 78u

char *
trk_config_takes (const TrkSetting *setting)
{
  g_autofree char *choices = NULL;

  switch (setting->type)
    {
    case TRK_SETTING_BOOL:
      return g_strdup (_ ("true or false"));
    case TRK_SETTING_NUMBER:
      return g_strdup_printf (_ ("a number from %u to %u"), setting->min, setting->max);
    case TRK_SETTING_CHOICE:
      choices = g_strjoinv (", ", (char **) (void *) setting->choices);
      return g_strdup_printf (_ ("one of %s"), choices);
    case TRK_SETTING_PATH:
      return g_strdup (_ ("an absolute path"));
    case TRK_SETTING_URL:
      return g_strdup (_ ("an http or https address without a path, or nothing"));
    case TRK_SETTING_ADDRESS:
      return g_str_has_suffix (setting->name, "ipv4")
                 ? g_strdup (_ ("an IPv4 address, or nothing"))
                 : g_strdup (_ ("an IPv6 address, or nothing"));
    case TRK_SETTING_ENDPOINTS:
      return g_strdup (_ ("addresses with ports, such as 0.0.0.0:6969;[::]:6969, or nothing"));
    case TRK_SETTING_DOORS:
      return g_strdup (_ ("addresses with ports, or absolute paths of Unix sockets, or nothing"));
    case TRK_SETTING_NETWORKS:
      return g_strdup (_ ("networks, such as 10.0.0.0/8;fd00::/8, or nothing"));
    case TRK_SETTING_WORDS:
      return g_strdup (_ ("words with ; between them, or nothing"));
    case TRK_SETTING_TEXT:
    default:
      return g_strdup (_ ("one line of text"));
    }
}

/* Appends comment lines of at most WIDTH columns. */
static void
append_comment (GString *out, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  glong column = 0;

  for (char **word = words; *word != NULL; word++)
    {
      glong len = g_utf8_strlen (*word, -1);

      if (column > 0 && column + 1 + len <= (glong) WIDTH)
        g_string_append_printf (out, " %s", *word);
      else
        {
          g_string_append_printf (out, "%s# %s", column > 0 ? "\n" : "", *word);
          column = 1;
        }
      column += 1 + len;
    }
  g_string_append_c (out, '\n');
}

static void
append_setting (GString *out, const TrkSetting *setting)
{
  g_autofree char *takes = trk_config_takes (setting);
  g_autofree char *values = g_strdup_printf (_ ("Takes %s.%s"), takes,
                                             setting->live ? _ (" May change while it runs.") : "");
  g_autofree char *help = g_strconcat (_ (setting->help), ".", NULL);

  g_string_append_c (out, '\n');
  append_comment (out, help);
  append_comment (out, values);
  g_string_append_printf (out, "#%s =%s%s\n", strchr (setting->name, '.') + 1,
                          setting->usual[0] != '\0' ? " " : "", setting->usual);
}

char *
trk_config_sample (void)
{
  GString *out = g_string_new (NULL);
  size_t n;
  const TrkSetting *table = trk_settings_table (&n);
  const char *group = "";

  append_comment (out, _ ("Configuration of shoal-tracker. Every setting is here with its default; "
                          "remove the # before one to change it. “shoal-tracker check-config” says "
                          "whether all is well."));
  for (size_t i = 0; i < n; i++)
    {
      size_t len = strcspn (table[i].name, ".");

      if (strncmp (group, table[i].name, len + 1) != 0)
        g_string_append_printf (out, "\n[%.*s]\n", (int) len, table[i].name);
      group = table[i].name;
      append_setting (out, &table[i]);
    }
  return g_string_free (out, FALSE);
}
