/* A test includes what it likes, in the order that its library asks for. */
#include <setjmp.h>

#include <cmocka.h>
