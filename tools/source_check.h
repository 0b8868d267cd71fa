/* tools/source_check.h: the two halves of source-check.c. Each reads the tree and reports what it refuses. */
#ifndef TOOLS_SOURCE_CHECK_H
#define TOOLS_SOURCE_CHECK_H

#include "tools/source_tree.h"

/* check_strings.c: text pasted into SQL or HTML. */
void check_strings(const SourceTree *tree, Report *problems);
/* check_style.c: how files are laid out, and words that may not stand in them. */
void check_style(const SourceTree *tree, Report *problems);

#endif
