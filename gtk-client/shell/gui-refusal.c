/* gui-refusal.c: see gui-refusal.h. */
#include "gtk-client/shell/gui-refusal.h"

#include <glib/gi18n.h>

#include "client-core/shoal.h"
#include "gtk-client/text/gui-text.h"

#define WIDTH 520
#define HEIGHT 540

struct _GuiRefusal
{
  AdwApplicationWindow parent;
  GtkWidget *again;
};

enum
{
  SIGNAL_RETRY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GuiRefusal, gui_refusal, ADW_TYPE_APPLICATION_WINDOW)

/* What a person can do, by the code of the error. */
static const struct
{
  ShoalError code;
  const char *title;
  const char *advice;
} refusals[] = {
  { SHOAL_ERROR_IN_USE, N_ ("Shoal Is Running Already"),
    N_ ("Another program has these torrents open. Close it, or start this one with a profile of "
        "its "
        "own: shoal-gtk --profile NAME") },
  { SHOAL_ERROR_UNSUPPORTED, N_ ("These Torrents Are of a Newer Shoal"),
    N_ ("A newer version has written the list of torrents. Install that version, or start this one "
        "with a profile of its own: shoal-gtk --profile NAME") },
  { SHOAL_ERROR_INVALID, N_ ("The List of Torrents Is Damaged"),
    N_ ("Your files are untouched. Put the file that is named below somewhere else, start again, "
        "and add the torrents anew: what is there is found and not downloaded again.") },
  { SHOAL_ERROR_NO_SPACE, N_ ("The Disk Is Full"),
    N_ ("The list of torrents cannot be kept. Make room on the disk and try again.") },
};

static const char *
title_of (const GError *error, const char **advice)
{
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    if (g_error_matches (error, SHOAL_ERROR, (int) refusals[i].code))
      {
        *advice = _ (refusals[i].advice);
        return _ (refusals[i].title);
      }
  *advice = _ ("See what is said below, and try again.");
  return _ ("Shoal Cannot Start");
}

static void
retry (GuiRefusal *self)
{
  g_signal_emit (self, signals[SIGNAL_RETRY], 0);
}

static void
gui_refusal_class_init (GuiRefusalClass *class)
{
  signals[SIGNAL_RETRY] = g_signal_new ("retry", GUI_TYPE_REFUSAL, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 0);
}

static void
gui_refusal_init (GuiRefusal *self)
{
}

static GtkWidget *
make_buttons (GuiRefusal *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *again = gtk_button_new_with_mnemonic (_ ("_Try Again"));
  GtkWidget *quit = gtk_button_new_with_mnemonic (_ ("_Quit"));

  gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (again, _ ("Open the list of torrents once more"));
  gtk_widget_set_tooltip_text (quit, _ ("End Shoal"));
  gtk_widget_add_css_class (again, "pill");
  gtk_widget_add_css_class (again, "suggested-action");
  gtk_widget_add_css_class (quit, "pill");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (quit), "app.quit");
  g_signal_connect_swapped (again, "clicked", G_CALLBACK (retry), self);
  self->again = again;
  gtk_box_append (GTK_BOX (box), again);
  gtk_box_append (GTK_BOX (box), quit);
  return box;
}

static GtkWidget *
make_page (GuiRefusal *self, const GError *error)
{
  GtkWidget *page = adw_status_page_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 24);
  GtkWidget *cause;
  const char *advice;
  const char *title = title_of (error, &advice);
  g_autofree char *words = gui_text_line (error->message);
  g_autofree char *plain = g_markup_escape_text (advice, -1);

  cause = gtk_label_new (words);
  gtk_label_set_wrap (GTK_LABEL (cause), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (cause), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (cause), TRUE);
  gtk_widget_add_css_class (cause, "dim-label");
  gtk_box_append (GTK_BOX (box), cause);
  gtk_box_append (GTK_BOX (box), make_buttons (self));
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (page), "dialog-warning-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (page), title);
  adw_status_page_set_description (ADW_STATUS_PAGE (page), plain);
  adw_status_page_set_child (ADW_STATUS_PAGE (page), box);
  gtk_widget_set_vexpand (page, TRUE);
  return page;
}

GtkWidget *
gui_refusal_new (GtkApplication *application, const GError *error)
{
  GuiRefusal *self
      = g_object_new (GUI_TYPE_REFUSAL, "application", application, "title", _ ("Shoal"),
                      "default-width", WIDTH, "default-height", HEIGHT, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), make_page (self, error));
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self), box);
  gtk_window_set_focus (GTK_WINDOW (self), self->again);
  return GTK_WIDGET (self);
}
