/* gui-ink.c: see gui-ink.h. */
#include "gtk-client/draw/gui-ink.h"

#include <math.h>

#include <adwaita.h>

static const struct
{
  const char *name; /* NULL: the colour of the text */
  float alpha;
  float alpha_in_high_contrast;
} inks[N_GUI_INKS] = {
  [GUI_INK_TEXT] = { NULL, 1, 1 },
  [GUI_INK_FAINT] = { NULL, 0.15f, 0.4f },
  [GUI_INK_DIM] = { NULL, 0.55f, 0.9f },
  [GUI_INK_ACCENT] = { "accent_bg_color", 1, 1 },
  [GUI_INK_SUCCESS] = { "success_bg_color", 1, 1 },
  [GUI_INK_WARNING] = { "warning_bg_color", 1, 1 },
  [GUI_INK_ERROR] = { "error_bg_color", 1, 1 },
};

GdkRGBA
gui_ink (GtkWidget *widget, GuiInk ink)
{
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  gboolean high = adw_style_manager_get_high_contrast (adw_style_manager_get_default ());
  GdkRGBA color;

  if (inks[ink].name == NULL || !gtk_style_context_lookup_color (style, inks[ink].name, &color))
    gtk_style_context_get_color (style, &color);
  color.alpha *= high ? inks[ink].alpha_in_high_contrast : inks[ink].alpha;
  return color;
}

void
gui_ink_dashes (GtkSnapshot *snapshot, const GdkRGBA *color, const graphene_rect_t *area,
                float dash, float gap)
{
  int n = (int) ceilf (area->size.width / (dash + gap));

  for (int i = 0; i < n; i++)
    {
      float x = (float) i * (dash + gap);

      gtk_snapshot_append_color (snapshot, color,
                                 &GRAPHENE_RECT_INIT (area->origin.x + x, area->origin.y,
                                                      MIN (dash, area->size.width - x),
                                                      area->size.height));
    }
}

graphene_rect_t
gui_ink_mirrored (GtkWidget *widget, float width, graphene_rect_t area)
{
  if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    area.origin.x = width - area.origin.x - area.size.width;
  return area;
}
