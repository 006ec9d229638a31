/* gui-tokens.h: the tokens by which a person registers torrents, one for each tracker: in the
 * desktop's keyring, by libsecret. Where there is no keyring, or Shoal was built without libsecret,
 * they are kept for this run alone; they are never written anywhere else. Main thread. */
#pragma once

#include <gio/gio.h>

#define GUI_TYPE_TOKENS (gui_tokens_get_type ())
G_DECLARE_FINAL_TYPE (GuiTokens, gui_tokens, GUI, TOKENS, GObject)

GuiTokens *gui_tokens_new (void);

/* The token of a tracker's address, NULL when there is none. (transfer full) (nullable) */
void gui_tokens_find_async (GuiTokens *self, const char *server, GCancellable *cancellable,
                            GAsyncReadyCallback callback, void *data);
char *gui_tokens_find_finish (GuiTokens *self, GAsyncResult *result);

/* Keeps a token in place of the one before; NULL forgets that. FALSE: it could not be done in the
 * keyring, so that it holds for this run alone. */
void gui_tokens_keep_async (GuiTokens *self, const char *server, const char *token,
                            GAsyncReadyCallback callback, void *data);
gboolean gui_tokens_keep_finish (GuiTokens *self, GAsyncResult *result);
