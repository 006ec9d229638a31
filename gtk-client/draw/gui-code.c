/* gui-code.c: see gui-code.h. */
#include "gtk-client/draw/gui-code.h"

#include <qrencode.h>

#include "gtk-client/text/gui-text.h"

#define QUIET 4          /* modules of white on each side, as ISO 18004 wants */
#define MODULE_MINIMUM 2 /* pixels */
#define MODULE_NATURAL 4

struct _GuiCode
{
  GtkWidget parent;
  QRcode *code;        /* NULL: nothing is shown */
  GskRenderNode *node; /* the picture at module_px; NULL until it is needed */
  float module_px;
};

G_DEFINE_FINAL_TYPE (GuiCode, gui_code, GTK_TYPE_WIDGET)

static int
n_modules (GuiCode *self)
{
  return self->code != NULL ? self->code->width + 2 * QUIET : 0;
}

static void
gui_code_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                  int *natural, int *minimum_baseline, int *natural_baseline)
{
  int modules = n_modules (GUI_CODE (widget));

  *minimum = modules * MODULE_MINIMUM;
  *natural = modules * MODULE_NATURAL;
}

static gboolean
is_dark (const QRcode *code, int x, int y)
{
  return (code->data[y * code->width + x] & 1) != 0;
}

/* One rectangle for each run of dark modules. */
static void
draw_line (const QRcode *code, GtkSnapshot *snapshot, int y, float px)
{
  static const GdkRGBA black = { 0, 0, 0, 1 };

  for (int x = 0; x < code->width; x++)
    {
      int from = x;

      while (x < code->width && is_dark (code, x, y))
        x++;
      if (x > from)
        gtk_snapshot_append_color (snapshot, &black,
                                   &GRAPHENE_RECT_INIT ((float) (from + QUIET) * px,
                                                        (float) (y + QUIET) * px,
                                                        (float) (x - from) * px, px));
    }
}

static GskRenderNode *
draw (const QRcode *code, float px)
{
  static const GdkRGBA white = { 1, 1, 1, 1 };
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  float side = (float) (code->width + 2 * QUIET) * px;

  gtk_snapshot_append_color (snapshot, &white, &GRAPHENE_RECT_INIT (0, 0, side, side));
  for (int y = 0; y < code->width; y++)
    draw_line (code, snapshot, y, px);
  return gtk_snapshot_free_to_node (snapshot);
}

/* Modules are whole pixels wide, so that their edges are sharp, and the picture stands in the
 * middle. */
static void
gui_code_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  GuiCode *self = GUI_CODE (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  int modules = n_modules (self);
  float px;

  if (modules == 0)
    return;
  px = (float) MAX (MIN (width, height) / modules, 1);
  if (self->node == NULL || px != self->module_px)
    {
      g_clear_pointer (&self->node, gsk_render_node_unref);
      self->node = draw (self->code, px);
      self->module_px = px;
    }
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot,
                          &GRAPHENE_POINT_INIT ((float) (width - modules * (int) px) / 2,
                                                (float) (height - modules * (int) px) / 2));
  gtk_snapshot_append_node (snapshot, self->node);
  gtk_snapshot_restore (snapshot);
}

static void
clear (GuiCode *self)
{
  g_clear_pointer (&self->node, gsk_render_node_unref);
  g_clear_pointer (&self->code, QRcode_free);
}

/* The more a code bears of dirt and glare the better, as long as its modules stay large. */
static QRcode *
encode (const char *text)
{
  QRcode *code = QRcode_encodeString8bit (text, 0, QR_ECLEVEL_M);

  return code != NULL ? code : QRcode_encodeString8bit (text, 0, QR_ECLEVEL_L);
}

gboolean
gui_code_set_text (GuiCode *self, const char *text, const char *label)
{
  g_autofree char *plain = NULL;

  g_return_val_if_fail (GUI_IS_CODE (self), FALSE);
  clear (self);
  if (text != NULL && *text != '\0')
    self->code = encode (text);
  gtk_widget_queue_resize (GTK_WIDGET (self));
  plain = gui_text_name (self->code != NULL ? text : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, plain, -1);
  return self->code != NULL;
}

static void
gui_code_finalize (GObject *object)
{
  clear (GUI_CODE (object));
  G_OBJECT_CLASS (gui_code_parent_class)->finalize (object);
}

static void
gui_code_class_init (GuiCodeClass *class)
{
  GtkWidgetClass *widget = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = gui_code_finalize;
  widget->measure = gui_code_measure;
  widget->snapshot = gui_code_snapshot;
  gtk_widget_class_set_accessible_role (widget, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget, "code");
}

static void
gui_code_init (GuiCode *self)
{
}

GtkWidget *
gui_code_new (void)
{
  return g_object_new (GUI_TYPE_CODE, NULL);
}
