/* Runs one script. */
#include <stdio.h>

#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"

int main(int argc, char **argv)
{
    lua_State *L = luaL_newstate();
    int status;
    if (L == NULL || argc < 2)
        return 2;
    luaL_openlibs(L);
    status = luaL_dofile(L, argv[1]);
    if (status != 0)
        fprintf(stderr, "%s\n", lua_tostring(L, -1));
    lua_close(L);
    return status != 0;
}
