/* web/message.h: the words of the interface in each language, from messages.def.
 *
 * messages.def holds one line a message: MESSAGE(id, "日本語", "English"). {1} to {9} stand for arguments. A
 * template writes {{t id}} or {{t id(argument, ...)}}; C code writes message_text(language, MESSAGE_id).
 */
#ifndef WEB_MESSAGE_H
#define WEB_MESSAGE_H

#include "base/arena.h"
#include "base/language.h"
#include "base/str.h"

/* "ja", "en" */
Str language_code(Language language);
bool language_from_code(Str code, Language *out);
/* The best known language of an Accept-Language header (RFC 9110 12.5.4); `otherwise` when none is
 * acceptable. */
Language language_from_accept(Str accept, Language otherwise);

typedef enum MessageId {
#define MESSAGE(id, ja, en) MESSAGE_##id,
#include "web/messages.def"
#undef MESSAGE
    MESSAGE_COUNT
} MessageId;

/* The text as it stands in the table, with its {1}. Program lifetime. */
Str message_text(Language language, MessageId id);
/* "home_title"; for tests and errors. */
const char *message_name(MessageId id);
/* Walks a message: *literal is what stands from byte `from` up to the next {n}; answers n, or 0 at the last
 * piece. The next piece begins behind the literal and the three bytes of {n}. */
size_t message_part(Str text, size_t from, Str *literal);
/* {1} to {9} replaced, in the arena. Not escaped: this is text, not HTML. */
Str message_print(Arena *arena, Language language, MessageId id, size_t count, const Str *arguments);

#endif
