/* plan/e.c: white space of every wrong kind, and lines of a hundred and twenty columns and of one more. */
#include "base/base.h"

	int tab;
int space; 
int carriage_return;
char s120[] = "見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見";
char s121[] = "見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見見";
int last;