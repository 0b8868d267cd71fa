/* web/page_opinion_form.h: the form of an opinion, read, checked and turned into an opinion: residents' and
 * that of staff for what came on paper. */
#ifndef WEB_PAGE_OPINION_FORM_H
#define WEB_PAGE_OPINION_FORM_H

#include "web/page_opinion.h"

/* What was typed; of a GET what its address says, and a new `once`. */
void opinion_form_read(const Request *request, bool is_entry, OpinionForm *form);
/* Notes what is wrong beside its field; *passage is where it speaks of, *whole says that it is the whole
 * plan. false when something is wrong. */
bool opinion_form_check(
    const Request *request, const OpinionPlace *place, OpinionForm *form, PlanPassage *passage, bool *whole);
/* What is sent to opinion_give. */
OpinionNew opinion_form_new(
    const OpinionPlace *place, const OpinionForm *form, const PlanPassage *passage, bool whole);

#endif
