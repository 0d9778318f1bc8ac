/* What the reader makes of replies, what commands look like on the wire, and what strings do. No server is asked. */
#include <stdlib.h>
#include <string.h>

#include "hiredis.h"
#include "sds.h"
#include "tap.h"

static redisReply *reply_of(const char *bytes, size_t length)
{
    redisReader *reader = redisReaderCreate();
    void *reply = NULL;
    redisReaderFeed(reader, bytes, length);
    if (redisReaderGetReply(reader, &reply) != REDIS_OK)
        reply = NULL;
    redisReaderFree(reader);
    return reply;
}

#define REPLY(text) reply_of(text, sizeof(text) - 1)

static int is_text(const redisReply *reply, int type, const char *text)
{
    return reply != NULL && reply->type == type && reply->len == strlen(text) && memcmp(reply->str, text, reply->len) == 0;
}

static void replies(void)
{
    redisReply *r;

    r = REPLY("+OK\r\n");
    ok(is_text(r, REDIS_REPLY_STATUS, "OK"), "status");
    freeReplyObject(r);
    r = REPLY("-ERR no such key\r\n");
    ok(is_text(r, REDIS_REPLY_ERROR, "ERR no such key"), "error");
    freeReplyObject(r);
    r = REPLY(":-42\r\n");
    ok(r && r->type == REDIS_REPLY_INTEGER && r->integer == -42, "negative integer");
    freeReplyObject(r);
    r = REPLY(":9223372036854775807\r\n");
    ok(r && r->integer == 9223372036854775807LL, "largest integer");
    freeReplyObject(r);
    r = REPLY(":9223372036854775808\r\n");
    ok(r == NULL, "integer that does not fit");
    r = REPLY("$5\r\nhe\0lo\r\n");
    ok(r && r->type == REDIS_REPLY_STRING && r->len == 5 && memcmp(r->str, "he\0lo", 5) == 0, "bulk with a zero byte");
    freeReplyObject(r);
    r = REPLY("$0\r\n\r\n");
    ok(is_text(r, REDIS_REPLY_STRING, ""), "empty bulk");
    freeReplyObject(r);
    r = REPLY("$-1\r\n");
    ok(r && r->type == REDIS_REPLY_NIL, "nil");
    freeReplyObject(r);
    r = REPLY("$-2\r\n");
    ok(r == NULL, "bulk length below -1");
    r = REPLY("*0\r\n");
    ok(r && r->type == REDIS_REPLY_ARRAY && r->elements == 0, "empty array");
    freeReplyObject(r);
    r = REPLY("*3\r\n$1\r\na\r\n:7\r\n*2\r\n+x\r\n$-1\r\n");
    ok(r && r->elements == 3 && is_text(r->element[0], REDIS_REPLY_STRING, "a") && r->element[1]->integer == 7,
       "array of different types");
    ok(r && r->elements == 3 && r->element[2]->elements == 2 && is_text(r->element[2]->element[0], REDIS_REPLY_STATUS, "x") &&
           r->element[2]->element[1]->type == REDIS_REPLY_NIL,
       "array in an array");
    freeReplyObject(r);
    r = REPLY("*-1\r\n");
    ok(r && r->type == REDIS_REPLY_NIL, "nil array");
    freeReplyObject(r);
    r = REPLY("%1\r\n+k\r\n:1\r\n");
    ok(r && r->type == REDIS_REPLY_MAP && r->elements == 2, "map counts keys and values");
    freeReplyObject(r);
    r = REPLY("~2\r\n:1\r\n:2\r\n");
    ok(r && r->type == REDIS_REPLY_SET && r->elements == 2, "set");
    freeReplyObject(r);
    r = REPLY(",3.25\r\n");
    ok(r && r->type == REDIS_REPLY_DOUBLE && r->dval == 3.25, "double");
    freeReplyObject(r);
    r = REPLY("#t\r\n");
    ok(r && r->type == REDIS_REPLY_BOOL && r->integer == 1, "true");
    freeReplyObject(r);
    r = REPLY("_\r\n");
    ok(r && r->type == REDIS_REPLY_NIL, "null");
    freeReplyObject(r);
    r = REPLY("=8\r\ntxt:abcd\r\n");
    ok(r && r->type == REDIS_REPLY_VERB && strcmp(r->vtype, "txt") == 0 && r->len == 4, "verbatim string");
    freeReplyObject(r);
}

static void errors(void)
{
    redisReader *reader = redisReaderCreate();
    void *reply = NULL;
    redisReaderFeed(reader, "@foo\r\n", 6);
    ok(redisReaderGetReply(reader, &reply) == REDIS_ERR && reader->err == REDIS_ERR_PROTOCOL, "unknown type is an error");
    ok(strcmp(reader->errstr, "Protocol error, got \"@\" as reply type byte") == 0, "the error says what came");
    redisReaderFree(reader);

    reader = redisReaderCreate();
    reader->maxelements = 4;
    redisReaderFeed(reader, "*5\r\n", 4);
    ok(redisReaderGetReply(reader, &reply) == REDIS_ERR, "more elements than allowed");
    redisReaderFree(reader);
}

static void pieces(void)
{
    const char bytes[] = "*2\r\n$5\r\nhello\r\n:123\r\n+next\r\n";
    redisReader *reader = redisReaderCreate();
    redisReply *reply = NULL;
    size_t i, fed = 0;
    int early = 0;

    for (i = 0; i < 21; i++) {
        redisReaderFeed(reader, bytes + i, 1);
        if (i < 20 && (redisReaderGetReply(reader, (void **)&reply) != REDIS_OK || reply != NULL))
            early = 1;
        fed++;
    }
    ok(!early, "no reply before its last byte");
    ok(redisReaderGetReply(reader, (void **)&reply) == REDIS_OK && reply && reply->elements == 2 &&
           is_text(reply->element[0], REDIS_REPLY_STRING, "hello"),
       "a reply fed byte by byte");
    freeReplyObject(reply);
    reply = NULL;
    redisReaderFeed(reader, bytes + fed, sizeof(bytes) - 1 - fed);
    ok(redisReaderGetReply(reader, (void **)&reply) == REDIS_OK && is_text(reply, REDIS_REPLY_STATUS, "next"), "the reply after it");
    freeReplyObject(reply);
    redisReaderFree(reader);
}

static void command(const char *name, const char *expected, int length, char *made)
{
    ok(length == (int)strlen(expected) && memcmp(made, expected, length) == 0, name);
    free(made);
}

static void commands(void)
{
    char *made;
    int length;
    const char *argv[] = {"SET", "foo\0xx", "bar"};
    size_t lengths[] = {3, 6, 3};

    length = redisFormatCommand(&made, "SET foo bar");
    command("command of words", "*3\r\n$3\r\nSET\r\n$3\r\nfoo\r\n$3\r\nbar\r\n", length, made);
    length = redisFormatCommand(&made, "SET %s %s", "foo", "");
    command("command with an empty argument", "*3\r\n$3\r\nSET\r\n$3\r\nfoo\r\n$0\r\n\r\n", length, made);
    length = redisFormatCommand(&made, "GET  k:%d:%%", 17);
    command("number and percent sign within a word", "*2\r\n$3\r\nGET\r\n$6\r\nk:17:%\r\n", length, made);
    length = redisFormatCommand(&made, "X %08.3f|%lld", 3.5, 1LL << 40);
    command("widths, precisions and long integers", "*2\r\n$1\r\nX\r\n$22\r\n0003.500|1099511627776\r\n", length, made);
    length = redisFormatCommandArgv(&made, 3, argv, NULL);
    command("arguments by their zero bytes", "*3\r\n$3\r\nSET\r\n$3\r\nfoo\r\n$3\r\nbar\r\n", length, made);
    length = redisFormatCommandArgv(&made, 3, argv, lengths);
    ok(length == 34 && memcmp(made + 13, "$6\r\nfoo\0xx\r\n", 12) == 0, "arguments by their lengths");
    free(made);
}

static void strings(void)
{
    sds s = sdsnew("foo");
    sds *parts;
    int n;

    s = sdscatlen(s, "bar", 3);
    ok(sdslen(s) == 6 && strcmp(s, "foobar") == 0, "concatenation");
    s = sdscpy(s, "a");
    ok(sdslen(s) == 1 && strcmp(s, "a") == 0 && sdsavail(s) > 0, "a copy that is shorter keeps its room");
    s = sdscatprintf(s, "-%d-%s", 7, "x");
    ok(strcmp(s, "a-7-x") == 0, "formatted");
    s = sdscatfmt(s, "|%s|%i|%U|%%", "y", -3, (unsigned long long)1 << 33);
    ok(strcmp(s, "a-7-x|y|-3|8589934592|%") == 0, "formatted quickly");
    sdsfree(s);

    s = sdsnew("xxciaoyyy");
    sdstrim(s, "xy");
    ok(sdslen(s) == 4 && strcmp(s, "ciao") == 0, "trimmed at both ends");
    sdsrange(s, 1, -2);
    ok(strcmp(s, "ia") == 0, "range with an end from behind");
    sdsrange(s, 5, 9);
    ok(sdslen(s) == 0, "range beyond the end");
    sdsfree(s);

    s = sdscatrepr(sdsempty(), "\a\n\0fo\"", 6);
    ok(strcmp(s, "\"\\a\\n\\x00fo\\\"\"") == 0, "written with escapes");
    sdsfree(s);

    parts = sdssplitlen("a--b--", 6, "--", 2, &n);
    ok(n == 3 && strcmp(parts[0], "a") == 0 && strcmp(parts[1], "b") == 0 && sdslen(parts[2]) == 0, "split by two characters");
    sdsfreesplitres(parts, n);
    parts = sdssplitargs("SET \"a b\\x41\" 'c\\'d' e", &n);
    ok(n == 4 && strcmp(parts[1], "a bA") == 0 && strcmp(parts[2], "c'd") == 0, "arguments with quotes");
    sdsfreesplitres(parts, n);
    parts = sdssplitargs("\"open", &n);
    ok(parts == NULL && n == 0, "an open quote is refused");

    s = sdsnew("aab");
    {
        sds other = sdsnew("aa");
        ok(sdscmp(s, other) > 0 && sdscmp(other, s) < 0 && sdscmp(s, s) == 0, "the longer of two with the same start is greater");
        sdsfree(other);
    }
    s = sdsgrowzero(s, 300);
    ok(sdslen(s) == 300 && s[299] == 0 && memcmp(s, "aab", 3) == 0, "grown with zeros beyond the small header");
    sdsfree(s);
}

int main(void)
{
    replies();
    errors();
    pieces();
    commands();
    strings();
    return done_testing();
}
