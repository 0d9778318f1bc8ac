/* Functions that settings may call. */
#ifndef BUILTINS_H
#define BUILTINS_H

#include "lua.h"

/* Pushes a table of them. */
void builtins_push(lua_State *L);

#endif
