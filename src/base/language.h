/* base/language.h: the languages of the interface. Each floor that has words has them in both. */
#ifndef BASE_LANGUAGE_H
#define BASE_LANGUAGE_H

#include "base/base.h"

typedef enum Language { LANGUAGE_JA, LANGUAGE_EN, LANGUAGE_COUNT } Language;

#endif
