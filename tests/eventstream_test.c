/* SPDX-License-Identifier: MIT */
/* The rules of WHATWG HTML, 9.2.6 "Interpreting an event stream", as a table:
 * what a browser makes of the bytes, and what sluice does where it deviates on
 * purpose (sse.h). Each row is fed whole, at every two-way cut and in pushes of
 * one to three bytes. A plain reading of the standard, which has all bytes at
 * once, is held to the same table, and sluice to that on random streams. */
#include <sluice/sse.h>

#include "check.h"
#include "rfc.h"

/* Why sluice gives something else than a browser. */
enum deviation {
  SAME,
  END,   /* finish() hands out an event that no blank line ended: |half */
  ERROR, /* the field `error` is an event of that name (quirk A14) */
  NAME,  /* an event's name is cut at 64 bytes */
  BYTES  /* bytes are handed out as they came: text is decoded where it is read,
            so that a character cut over two deltas can be joined */
};

/* Events as [name|data], a NUL in them as \0. `id` and `retry` serve to connect
 * again, which sluice never does: they are read and dropped. */
static const struct row {
  const char *why;
  const char *in;
  size_t n;
  const char *browser;
  const char *ours; /* NULL: the same */
  enum deviation because;
  unsigned comments, ignored; /* what is counted */
} rows[] = {
    {"stream: nothing", LIT(""), "", NULL, SAME, 0, 0},
    {"stream: a line end alone", LIT("\n"), "", NULL, SAME, 0, 0},
    {"BOM: one in front is dropped",
     LIT("\xef\xbb\xbf"
         "data: a\n\n"),
     "[message|a]", NULL, SAME, 0, 0},
    {"BOM: before a comment", LIT("\xef\xbb\xbf: a\ndata: b\n\n"),
     "[message|b]", NULL, SAME, 1, 0},
    {"BOM: before an event field",
     LIT("\xef\xbb\xbf"
         "event: e\ndata: b\n\n"),
     "[e|b]", NULL, SAME, 0, 0},
    {"BOM: before a blank line", LIT("\xef\xbb\xbf\ndata: b\n\n"),
     "[message|b]", NULL, SAME, 0, 0},
    {"BOM: alone", LIT("\xef\xbb\xbf"), "", NULL, SAME, 0, 0},
    {"BOM: a second one belongs to the field name",
     LIT("\xef\xbb\xbf\xef\xbb\xbf"
         "data: a\ndata: b\n\n"),
     "[message|b]", NULL, SAME, 0, 1},
    {"BOM: in front of a later line",
     LIT("data: a\n\n\xef\xbb\xbf"
         "data: b\n\n"),
     "[message|a]", NULL, SAME, 0, 1},
    {"BOM: at the start of data is data",
     LIT("data: \xef\xbb\xbf"
         "a\n\n"),
     "[message|\xef\xbb\xbf"
     "a]",
     NULL, SAME, 0, 0},
    {"BOM: two bytes of it are a broken character of the name",
     LIT("\xef\xbb"
         "data: a\n\n"),
     "", NULL, SAME, 0, 1},
    {"BOM: one byte of it is, too",
     LIT("\xef"
         "data: a\n\n"),
     "", NULL, SAME, 0, 1},
    {"BOM: two bytes of it and a line end", LIT("\xef\xbb\ndata: a\n\n"),
     "[message|a]", NULL, SAME, 0, 1},
    {"BOM: that of UTF-16 is none",
     LIT("\xff\xfe"
         "data: a\n\n"),
     "", NULL, SAME, 0, 1},
    {"BOM: behind a space it is none",
     LIT(" \xef\xbb\xbf"
         "data: a\n\n"),
     "", NULL, SAME, 0, 1},
    {"lines: LF", LIT("data: a\ndata: b\n\n"), "[message|a\nb]", NULL, SAME, 0,
     0},
    {"lines: CR", LIT("data: a\rdata: b\r\r"), "[message|a\nb]", NULL, SAME, 0,
     0},
    {"lines: CRLF", LIT("data: a\r\ndata: b\r\n\r\n"), "[message|a\nb]", NULL,
     SAME, 0, 0},
    {"lines: CR, LF and CRLF in turns", LIT("data: a\rdata: b\ndata: c\r\n\r"),
     "[message|a\nb\nc]", NULL, SAME, 0, 0},
    {"lines: LF CR is two line ends", LIT("data: a\n\rdata: b\n\r"),
     "[message|a][message|b]", NULL, SAME, 0, 0},
    {"lines: CRLF is one, so no blank line here",
     LIT("data: a\r\ndata: b\r\n\n"), "[message|a\nb]", NULL, SAME, 0, 0},
    {"lines: CR CR LF is a line end and a blank line",
     LIT("data: a\r\r\ndata: b\r\r\n"), "[message|a][message|b]", NULL, SAME, 0,
     0},
    {"lines: CR LF LF is the same", LIT("data: a\r\n\ndata: b\r\n\n"),
     "[message|a][message|b]", NULL, SAME, 0, 0},
    {"lines: LF CRLF is the same", LIT("data: a\n\r\ndata: b\n\r\n"),
     "[message|a][message|b]", NULL, SAME, 0, 0},
    {"lines: LF LF CR is one blank line more",
     LIT("data: a\n\n\rdata: b\n\n\r"), "[message|a][message|b]", NULL, SAME, 0,
     0},
    {"lines: blank lines in front", LIT("\n\r\n\r\n\rdata: a\n\n"),
     "[message|a]", NULL, SAME, 0, 0},
    {"lines: many blank lines between events",
     LIT("data: a\n\n\n\n\r\r\r\n\r\ndata: b\n\n"), "[message|a][message|b]",
     NULL, SAME, 0, 0},
    {"lines: CR as the last byte ends the event", LIT("data: a\r\r"),
     "[message|a]", NULL, SAME, 0, 0},
    {"lines: U+2028, U+2029 and U+0085 end none",
     LIT("data: a\xe2\x80\xa8\xe2\x80\xa9\xc2\x85"
         "b\n\n"),
     "[message|a\xe2\x80\xa8\xe2\x80\xa9\xc2\x85"
     "b]",
     NULL, SAME, 0, 0},
    {"lines: VT, FF and the separators of ASCII end none",
     LIT("data: a\v\f\x1c\x1d\x1e\x1f"
         "b\n\n"),
     "[message|a\v\f\x1c\x1d\x1e\x1f"
     "b]",
     NULL, SAME, 0, 0},
    {"lines: a backslash and n end none", LIT("data: a\\nb\n\n"),
     "[message|a\\nb]", NULL, SAME, 0, 0},
    {"blank: a space makes a line not blank", LIT("data: a\n \ndata: b\n\n"),
     "[message|a\nb]", NULL, SAME, 0, 1},
    {"blank: a tab does, too", LIT("data: a\n\t\ndata: b\n\n"),
     "[message|a\nb]", NULL, SAME, 0, 1},
    {"blank: without data nothing is dispatched", LIT("\n\n\n\n"), "", NULL,
     SAME, 0, 0},
    {"blank: an event name without data is forgotten",
     LIT("event: e\n\ndata: a\n\n"), "[message|a]", NULL, SAME, 0, 0},
    {"blank: id without data is no event", LIT("id: 1\n\n"), "", NULL, SAME, 0,
     0},
    {"blank: retry without data is no event", LIT("retry: 1\n\n"), "", NULL,
     SAME, 0, 0},
    {"blank: comments without data are no event", LIT(": a\n\n: b\n\n:\n\n"),
     "", NULL, SAME, 3, 0},
    {"blank: data is not dispatched twice", LIT("data: a\n\n\n\n"),
     "[message|a]", NULL, SAME, 0, 0},
    {"comment: a line that begins with a colon", LIT(": a\n\ndata: b\n\n"),
     "[message|b]", NULL, SAME, 1, 0},
    {"comment: a colon alone", LIT(":\n\ndata: b\n\n"), "[message|b]", NULL,
     SAME, 1, 0},
    {"comment: two colons", LIT("::\ndata: b\n\n"), "[message|b]", NULL, SAME,
     1, 0},
    {"comment: without a space", LIT(":a\ndata: b\n\n"), "[message|b]", NULL,
     SAME, 1, 0},
    {"comment: between the lines of an event", LIT("data: a\n: x\ndata: b\n\n"),
     "[message|a\nb]", NULL, SAME, 1, 0},
    {"comment: one that looks like data", LIT(":data: a\n\n"), "", NULL, SAME,
     1, 0},
    {"comment: one that looks like data, with a space", LIT(": data: a\n\n"),
     "", NULL, SAME, 1, 0},
    {"comment: one that looks like an event name",
     LIT("data: a\n:event: e\n\n"), "[message|a]", NULL, SAME, 1, 0},
    {"comment: ended by CR", LIT(": a\rdata: b\r\r"), "[message|b]", NULL, SAME,
     1, 0},
    {"comment: with a NUL", LIT(": \0\ndata: b\n\n"), "[message|b]", NULL, SAME,
     1, 0},
    {"comment: with bytes that are no UTF-8", LIT(": \xff\xc3\ndata: b\n\n"),
     "[message|b]", NULL, SAME, 1, 0},
    {"comment: a space in front makes it a field without a name",
     LIT(" : a\ndata: b\n\n"), "[message|b]", NULL, SAME, 0, 1},
    {"colon: no space behind it", LIT("data:a\n\n"), "[message|a]", NULL, SAME,
     0, 0},
    {"colon: one space is dropped", LIT("data: a\n\n"), "[message|a]", NULL,
     SAME, 0, 0},
    {"colon: of two spaces one is dropped", LIT("data:  a\n\n"), "[message| a]",
     NULL, SAME, 0, 0},
    {"colon: a space alone is no value", LIT("data: \n\n"), "[message|]", NULL,
     SAME, 0, 0},
    {"colon: two spaces are a value of one", LIT("data:  \n\n"), "[message| ]",
     NULL, SAME, 0, 0},
    {"colon: a tab is not dropped", LIT("data:\ta\n\n"), "[message|\ta]", NULL,
     SAME, 0, 0},
    {"colon: a space behind a tab is not", LIT("data:\t a\n\n"),
     "[message|\t a]", NULL, SAME, 0, 0},
    {"colon: a hard space is not",
     LIT("data:\xc2\xa0"
         "a\n\n"),
     "[message|\xc2\xa0"
     "a]",
     NULL, SAME, 0, 0},
    {"colon: spaces at the end of a value stay", LIT("data: a  \n\n"),
     "[message|a  ]", NULL, SAME, 0, 0},
    {"colon: the first one ends the name", LIT("data: a:b\n\n"),
     "[message|a:b]", NULL, SAME, 0, 0},
    {"colon: the next one is value", LIT("data::\n\n"), "[message|:]", NULL,
     SAME, 0, 0},
    {"colon: only the space right behind the first is dropped",
     LIT("data:: a\n\n"), "[message|: a]", NULL, SAME, 0, 0},
    {"colon: a URL is a value", LIT("data: https://a/?b:c\n\n"),
     "[message|https://a/?b:c]", NULL, SAME, 0, 0},
    {"colon: a space before it belongs to the name", LIT("data : a\n\n"), "",
     NULL, SAME, 0, 1},
    {"colon: a tab before it belongs to the name", LIT("data\t: a\n\n"), "",
     NULL, SAME, 0, 1},
    {"colon: the space is dropped in an event name, too",
     LIT("event:  e\ndata: a\n\n"), "[ e|a]", NULL, SAME, 0, 0},
    {"colon: none, and no value", LIT("data\n\n"), "[message|]", NULL, SAME, 0,
     0},
    {"colon: none, and more than a name", LIT("data a\n\n"), "", NULL, SAME, 0,
     1},
    {"field: a space in front makes it another", LIT(" data: a\n\n"), "", NULL,
     SAME, 0, 1},
    {"field: a tab in front makes it another", LIT("\tdata: a\n\n"), "", NULL,
     SAME, 0, 1},
    {"field: names are told by case", LIT("Data: a\nDATA: b\ndatA: c\n\n"), "",
     NULL, SAME, 0, 3},
    {"field: EVENT is another", LIT("EVENT: e\ndata: a\n\n"), "[message|a]",
     NULL, SAME, 0, 1},
    {"field: ID and Retry are others", LIT("ID: 1\nRetry: 1\ndata: a\n\n"),
     "[message|a]", NULL, SAME, 0, 2},
    {"field: a longer name is another", LIT("dataa: a\ndata: b\n\n"),
     "[message|b]", NULL, SAME, 0, 1},
    {"field: a shorter name is another", LIT("dat: a\nd\nda:\ndata: b\n\n"),
     "[message|b]", NULL, SAME, 0, 3},
    {"field: an event name one letter longer", LIT("events: e\ndata: a\n\n"),
     "[message|a]", NULL, SAME, 0, 1},
    {"field: an event name one letter shorter", LIT("even: e\ndata: a\n\n"),
     "[message|a]", NULL, SAME, 0, 1},
    {"field: an unknown one", LIT("a: b\ndata: c\n\n"), "[message|c]", NULL,
     SAME, 0, 1},
    {"field: an unknown one without a colon", LIT("a\ndata: c\n\n"),
     "[message|c]", NULL, SAME, 0, 1},
    {"field: an unknown one between lines of data",
     LIT("data: a\nb: c\ndata: d\n\n"), "[message|a\nd]", NULL, SAME, 0, 1},
    {"field: a name in quotes is another", LIT("\"data\": a\n\n"), "", NULL,
     SAME, 0, 1},
    {"field: a name with a NUL is another", LIT("data\0: a\n\n"), "", NULL,
     SAME, 0, 1},
    {"field: a NUL before the name", LIT("\0data: a\n\n"), "", NULL, SAME, 0,
     1},
    {"field: a name with a broken byte is another", LIT("data\xff: a\n\n"), "",
     NULL, SAME, 0, 1},
    {"field: a name beyond ASCII", LIT("d\xc3\xa4ta: a\n\n"), "", NULL, SAME, 0,
     1},
    {"field: letters of full width are others",
     LIT("\xef\xbd\x84\xef\xbd\x81\xef\xbd\x94\xef\xbd\x81: a\n\n"), "", NULL,
     SAME, 0, 1},
    {"field: a very long name",
     LIT("datadatadatadatadatadatadatadatadatadatadatadatadatadatadatadatadatad"
         "atadatadatadatadatadatadatadatadatadatadatadatadatadatadatadatadatada"
         "tadatadatadatadatadatadatadatadatadatadatadatadatadatadatadata: "
         "a\ndata: b\n\n"),
     "[message|b]", NULL, SAME, 0, 1},
    {"field: a very long name without a colon",
     LIT("eventeventeventeventeventeventeventeventeventeventeventeventeventeven"
         "teventeventeventeventeventeventeventeventeventeventeventeventeventeve"
         "nteventeventeventeventeventeventeventeventeventeventeventeventeventev"
         "enteventeventeventeventeventeventeventevent\ndata: b\n\n"),
     "[message|b]", NULL, SAME, 0, 1},
    {"field: JSON without a field", LIT("{\"a\":1}\n\n"), "", NULL, SAME, 0, 1},
    {"field: a page of another kind",
     LIT("<!DOCTYPE html>\n<p>data: a</p>\n\n"), "", NULL, SAME, 0, 2},
    {"field: constructor is a name like any",
     LIT("constructor: a\ndata: b\n\n"), "[message|b]", NULL, SAME, 0, 1},
    {"data: three lines", LIT("data:a\ndata:b\ndata:c\n\n"),
     "[message|a\nb\nc]", NULL, SAME, 0, 0},
    {"data: an empty line in the middle", LIT("data: a\ndata\ndata: b\n\n"),
     "[message|a\n\nb]", NULL, SAME, 0, 0},
    {"data: an empty line first", LIT("data:\ndata: a\n\n"), "[message|\na]",
     NULL, SAME, 0, 0},
    {"data: an empty line last", LIT("data: a\ndata:\n\n"), "[message|a\n]",
     NULL, SAME, 0, 0},
    {"data: two empty lines", LIT("data\ndata\n\n"), "[message|\n]", NULL, SAME,
     0, 0},
    {"data: three empty lines", LIT("data\ndata:\ndata: \n\n"),
     "[message|\n\n]", NULL, SAME, 0, 0},
    {"data: one empty line is dispatched", LIT("data:\n\n"), "[message|]", NULL,
     SAME, 0, 0},
    {"data: only the last LF is dropped", LIT("data: a\ndata:\ndata:\n\n"),
     "[message|a\n\n]", NULL, SAME, 0, 0},
    {"data: it may look like a field", LIT("data: data: a\n\n"),
     "[message|data: a]", NULL, SAME, 0, 0},
    {"data: it may look like an event name", LIT("data: event: e\n\n"),
     "[message|event: e]", NULL, SAME, 0, 0},
    {"data: a NUL is data", LIT("data: a\0b\n\n"), "[message|a\\0b]", NULL,
     SAME, 0, 0},
    {"data: a NUL alone is data", LIT("data: \0\n\n"), "[message|\\0]", NULL,
     SAME, 0, 0},
    {"data: characters of each length",
     LIT("data: a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\n\n"),
     "[message|a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80]", NULL, SAME, 0, 0},
    {"data: two events", LIT("data: a\n\ndata: b\n\n"),
     "[message|a][message|b]", NULL, SAME, 0, 0},
    {"data: is empty again for the next event",
     LIT("data: a\ndata: b\n\ndata: c\n\n"), "[message|a\nb][message|c]", NULL,
     SAME, 0, 0},
    {"data: other fields between its lines",
     LIT("data: a\nid: 1\nevent: e\nretry: 1\ndata: b\n\n"), "[e|a\nb]", NULL,
     SAME, 0, 0},
    {"event: before the data", LIT("event: e\ndata: a\n\n"), "[e|a]", NULL,
     SAME, 0, 0},
    {"event: behind the data", LIT("data: a\nevent: e\n\n"), "[e|a]", NULL,
     SAME, 0, 0},
    {"event: between the data", LIT("data: a\nevent: e\ndata: b\n\n"),
     "[e|a\nb]", NULL, SAME, 0, 0},
    {"event: the last one holds", LIT("event: e\nevent: f\ndata: a\n\n"),
     "[f|a]", NULL, SAME, 0, 0},
    {"event: the last one holds, behind data, too",
     LIT("event: e\ndata: a\nevent: f\n\n"), "[f|a]", NULL, SAME, 0, 0},
    {"event: a shorter one takes the place of a longer",
     LIT("event: long-name\nevent: e\ndata: a\n\n"), "[e|a]", NULL, SAME, 0, 0},
    {"event: an empty one means message", LIT("event: e\nevent:\ndata: a\n\n"),
     "[message|a]", NULL, SAME, 0, 0},
    {"event: one without a colon means message",
     LIT("event: e\nevent\ndata: a\n\n"), "[message|a]", NULL, SAME, 0, 0},
    {"event: it holds for one event", LIT("event: e\ndata: a\n\ndata: b\n\n"),
     "[e|a][message|b]", NULL, SAME, 0, 0},
    {"event: it does not outlive a blank line without data",
     LIT("event: e\n\n\ndata: a\n\n"), "[message|a]", NULL, SAME, 0, 0},
    {"event: message by name", LIT("event: message\ndata: a\n\n"),
     "[message|a]", NULL, SAME, 0, 0},
    {"event: spaces within it", LIT("event: a b \ndata: c\n\n"), "[a b |c]",
     NULL, SAME, 0, 0},
    {"event: a colon within it", LIT("event: a:b\ndata: c\n\n"), "[a:b|c]",
     NULL, SAME, 0, 0},
    {"event: names are told by case", LIT("event: E\ndata: a\n\n"), "[E|a]",
     NULL, SAME, 0, 0},
    {"event: a character of four bytes",
     LIT("event: \xf0\x9f\x98\x80\ndata: a\n\n"), "[\xf0\x9f\x98\x80|a]", NULL,
     SAME, 0, 0},
    {"event: a NUL in it", LIT("event: a\0b\ndata: c\n\n"), "[a\\0b|c]", NULL,
     SAME, 0, 0},
    {"event: without a space", LIT("event:error\ndata:{}\n\n"), "[error|{}]",
     NULL, SAME, 0, 0},
    {"event: 64 bytes",
     LIT("event: "
         "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn\ndat"
         "a: a\n\n"),
     "[nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn|a]",
     NULL, SAME, 0, 0},
    {"event: 65 bytes",
     LIT("event: "
         "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn\nda"
         "ta: a\n\n"),
     "[nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn|a]",
     "[nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn|a]",
     NAME, 0, 0},
    {"event: a long one, then a short one",
     LIT("event: "
         "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
         "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
         "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn\nevent"
         ": e\ndata: a\n\n"),
     "[e|a]", NULL, SAME, 0, 0},
    {"id: it is no data", LIT("id: 1\ndata: a\n\n"), "[message|a]", NULL, SAME,
     0, 0},
    {"id: behind the data", LIT("data: a\nid: 1\n\n"), "[message|a]", NULL,
     SAME, 0, 0},
    {"id: empty", LIT("id:\ndata: a\n\n"), "[message|a]", NULL, SAME, 0, 0},
    {"id: without a colon", LIT("id\ndata: a\n\n"), "[message|a]", NULL, SAME,
     0, 0},
    {"id: with a NUL, to be passed over", LIT("id: a\0b\ndata: a\n\n"),
     "[message|a]", NULL, SAME, 0, 0},
    {"id: with a broken byte", LIT("id: \xff\ndata: a\n\n"), "[message|a]",
     NULL, SAME, 0, 0},
    {"id: twice", LIT("id: 1\nid: 2\ndata: a\n\n"), "[message|a]", NULL, SAME,
     0, 0},
    {"id: it looks like data", LIT("id: data: b\ndata: a\n\n"), "[message|a]",
     NULL, SAME, 0, 0},
    {"id: a letter more is an unknown field", LIT("idd: 1\ndata: a\n\n"),
     "[message|a]", NULL, SAME, 0, 1},
    {"retry: digits", LIT("retry: 1000\ndata: a\n\n"), "[message|a]", NULL,
     SAME, 0, 0},
    {"retry: no digits", LIT("retry: soon\ndata: a\n\n"), "[message|a]", NULL,
     SAME, 0, 0},
    {"retry: a sign", LIT("retry: -1\ndata: a\n\n"), "[message|a]", NULL, SAME,
     0, 0},
    {"retry: a point", LIT("retry: 1.5\ndata: a\n\n"), "[message|a]", NULL,
     SAME, 0, 0},
    {"retry: empty", LIT("retry:\ndata: a\n\n"), "[message|a]", NULL, SAME, 0,
     0},
    {"retry: more digits than any number has",
     LIT("retry: "
         "999999999999999999999999999999999999999999999999999999999999999999999"
         "999999999999999999999999999999999999999999999999999999999999999999999"
         "99999999999999999999999999999999999999999999999999999999999999\ndata:"
         " a\n\n"),
     "[message|a]", NULL, SAME, 0, 0},
    {"end: no blank line", LIT("data: a\n"), "", "[message|a|half]", END, 0, 0},
    {"end: no line end", LIT("data: a"), "", "[message|a|half]", END, 0, 0},
    {"end: within a second line of data", LIT("data: a\ndata: b"), "",
     "[message|a\nb|half]", END, 0, 0},
    {"end: CR and no blank line", LIT("data: a\r"), "", "[message|a|half]", END,
     0, 0},
    {"end: CRLF and no blank line", LIT("data: a\r\n"), "", "[message|a|half]",
     END, 0, 0},
    {"end: behind a name", LIT("event: e\ndata: a\n"), "", "[e|a|half]", END, 0,
     0},
    {"end: within a JSON text", LIT("data: {\"a"), "", "[message|{\"a|half]",
     END, 0, 0},
    {"end: behind the colon", LIT("data: a\n\ndata:"), "[message|a]",
     "[message|a][message||half]", END, 0, 0},
    {"end: behind the name of the field", LIT("data: a\n\ndata"), "[message|a]",
     NULL, SAME, 0, 0},
    {"end: within the name of the field", LIT("data: a\n\nda"), "[message|a]",
     NULL, SAME, 0, 0},
    {"end: within another field", LIT("data: a\nev"), "", "[message|a|half]",
     END, 0, 0},
    {"end: within a comment", LIT("data: a\n\n: b"), "[message|a]", NULL, SAME,
     1, 0},
    {"end: within a comment behind data", LIT("data: a\n: b"), "",
     "[message|a|half]", END, 1, 0},
    {"end: behind an event name", LIT("data: a\n\nevent: e\n"), "[message|a]",
     NULL, SAME, 0, 0},
    {"end: within an unknown field", LIT("data: a\n\nfoo"), "[message|a]", NULL,
     SAME, 0, 1},
    {"end: within a character", LIT("data: a\xe2\x82"), "",
     "[message|a\xe2\x82|half]", END, 0, 0},
    {"bytes: a byte that never occurs",
     LIT("data: a\xff"
         "b\n\n"),
     "[message|a\xef\xbf\xbd"
     "b]",
     "[message|a\xff"
     "b]",
     BYTES, 0, 0},
    {"bytes: an overlong line feed is no line end",
     LIT("data: a\xc0\x8a"
         "b\n\n"),
     "[message|a\xef\xbf\xbd\xef\xbf\xbd"
     "b]",
     "[message|a\xc0\x8a"
     "b]",
     BYTES, 0, 0},
    {"bytes: a character cut off by the line end",
     LIT("data: \xe2\x82\ndata: \xac\n\n"),
     "[message|\xef\xbf\xbd\n\xef\xbf\xbd]", "[message|\xe2\x82\n\xac]", BYTES,
     0, 0},
    {"bytes: a surrogate", LIT("data: \xed\xa0\x80\n\n"),
     "[message|\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd]", "[message|\xed\xa0\x80]",
     BYTES, 0, 0},
    {"bytes: in an event name", LIT("event: e\xff\ndata: a\n\n"),
     "[e\xef\xbf\xbd|a]", "[e\xff|a]", BYTES, 0, 0},
    {"bytes: a first byte before the space", LIT("data:\xc3 a\n\n"),
     "[message|\xef\xbf\xbd a]", "[message|\xc3 a]", BYTES, 0, 0},
    {"error: a field that the standard does not know", LIT("error: a\n\n"), "",
     "[error|a]", ERROR, 0, 0},
    {"error: without a space", LIT("error:{}\ndata: b\n\n"), "[message|b]",
     "[error|{}][message|b]", ERROR, 0, 0},
    {"error: it ends the event before it",
     LIT("data: a\nerror: b\ndata: c\n\n"), "[message|a\nc]",
     "[message|a][error|b][message|c]", ERROR, 0, 0},
    {"error: it drops an event name without data",
     LIT("event: e\nerror: b\ndata: c\n\n"), "[e|c]", "[error|b][message|c]",
     ERROR, 0, 0},
    {"error: at the end", LIT("error: {}"), "", "[error|{}|half]", ERROR, 0, 0},
    {"error: without a value", LIT("error\ndata: a\n\n"), "[message|a]",
     "[error|][message|a]", ERROR, 0, 0},
    {"error: another case is an unknown field", LIT("Error: a\ndata: b\n\n"),
     "[message|b]", NULL, SAME, 0, 1},
    {"error: in the data it is data", LIT("data: error: a\n\n"),
     "[message|error: a]", NULL, SAME, 0, 0}};

/* ---- what came out ------------------------------------------------------ */

static void put_visible(struct bytes *out, const char *p, size_t n)
{
  size_t i;

  for (i = 0; i < n; i++)
    bytes_put(out, p[i] == '\0' ? "\\0" : p + i, p[i] == '\0' ? 2 : 1);
}

static void put_event(struct bytes *out, const struct bytes *name,
                      const struct bytes *data, const char *end)
{
  bytes_puts(out, "[");
  if (name->n == 0)
    bytes_puts(out, "message");
  put_visible(out, name->p, name->n);
  bytes_puts(out, "|");
  put_visible(out, data->p, data->n);
  bytes_puts(out, end);
}

static int on_event(void *user, const sluice_sse_event *e)
{
  struct bytes name = {0}, data = {0};

  bytes_put(&name, e->name.p, e->name.n);
  bytes_put(&data, e->data.p, e->data.n);
  put_event((struct bytes *)user, &name, &data, e->ended ? "]" : "|half]");
  bytes_free(&name);
  bytes_free(&data);
  return 0;
}

/* ---- the standard ------------------------------------------------------- */

/* Its buffers, under its names; those for connecting again left out. */
struct browser {
  struct bytes data, event_type;
};

/* "Decode the stream as UTF-8": a BOM goes, what is broken becomes U+FFFD. */
static void decode(const char *p, size_t n, struct bytes *out)
{
  size_t i = n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
  uint32_t cp;

  bytes_puts(out, "");
  while (i < n) {
    int len = rfc_utf8((const unsigned char *)p + i, n - i, &cp);

    if (len > 0)
      bytes_put(out, p + i, (size_t)len);
    else
      bytes_puts(out, "\xef\xbf\xbd");
    i += (size_t)(len > 0 ? len : -len);
  }
}

static int is(const char *p, size_t n, const char *word)
{
  return n == strlen(word) && memcmp(p, word, n) == 0;
}

static void process_field(struct browser *b, const char *field, size_t field_n,
                          const char *value, size_t value_n)
{
  if (is(field, field_n, "event")) {
    bytes_clear(&b->event_type);
    bytes_put(&b->event_type, value, value_n);
  } else if (is(field, field_n, "data")) {
    bytes_put(&b->data, value, value_n);
    bytes_puts(&b->data, "\n");
  }
}

static void dispatch(struct browser *b, struct bytes *out)
{
  if (b->data.n > 0) {
    b->data.n--; /* it ends in LF always */
    put_event(out, &b->event_type, &b->data, "]");
  }
  bytes_clear(&b->data);
  bytes_clear(&b->event_type);
}

static void process_line(struct browser *b, const char *p, size_t n,
                         struct bytes *out)
{
  const char *colon = n == 0 ? NULL : memchr(p, ':', n);
  size_t name = colon == NULL ? n : (size_t)(colon - p);
  size_t value = colon == NULL ? n : name + 1;

  if (n == 0) {
    dispatch(b, out);
  } else if (name > 0) {
    value += value < n && p[value] == ' ';
    process_field(b, p, name, p + value, n - value);
  }
}

/* A line that no line end ended, and an event that no blank line ended, are
 * discarded. */
static void browse(const char *p, size_t n, struct bytes *out)
{
  struct browser b = {{0}, {0}};
  struct bytes text = {0};
  size_t at = 0, end;

  decode(p, n, &text);
  for (;;) {
    end = at;
    while (end < text.n && text.p[end] != '\n' && text.p[end] != '\r')
      end++;
    if (end == text.n)
      break;
    process_line(&b, text.p + at, end - at, out);
    at = end + 1;
    if (text.p[end] == '\r' && at < text.n && text.p[at] == '\n')
      at++;
  }
  bytes_free(&b.data);
  bytes_free(&b.event_type);
  bytes_free(&text);
}

static void a_browser_would_see_what_the_table_says(void **state)
{
  size_t i, same = 0;

  (void)state;
  for (i = 0; i < COUNT(rows); i++) {
    struct bytes got = {0};

    bytes_puts(&got, "");
    browse(rows[i].in, rows[i].n, &got);
    if (strcmp(got.p, rows[i].browser) != 0)
      fail_msg("%s: the table says %s, the standard %s", rows[i].why,
               rows[i].browser, got.p);
    assert_int_equal(rows[i].because == SAME, rows[i].ours == NULL);
    if (rows[i].ours != NULL)
      assert_string_not_equal(rows[i].ours, rows[i].browser);
    same += rows[i].because == SAME;
    bytes_free(&got);
  }
  print_message("# %zu streams: %zu as in a browser, %zu deviate on purpose\n",
                i, same, i - same);
}

/* ---- sluice ------------------------------------------------------------- */

/* Each piece is cut out to its size, so that a sanitizer sees what is read
 * beyond it. */
static void feed(sluice_sse *sse, const char *p, size_t n)
{
  char *exact = malloc(n == 0 ? 1 : n);
  size_t consumed = n + 1;

  assert_non_null(exact);
  if (n > 0)
    memcpy(exact, p, n);
  assert_int_equal(sluice_sse_feed(sse, exact, n, &consumed), SLUICE_OK);
  assert_int_equal(consumed, n);
  free(exact);
}

/* All from `cut` on in pushes of `step` bytes. */
static sluice_sse_counts run(const char *p, size_t n, size_t cut, size_t step,
                             struct bytes *out)
{
  sluice_sse_counts counts;
  sluice_sse *sse = NULL;
  size_t at, size;

  bytes_puts(out, "");
  assert_int_equal(sluice_sse_new(&sse, NULL, on_event, out), SLUICE_OK);
  feed(sse, p, cut);
  for (at = cut; at < n; at += size) {
    size = n - at < step ? n - at : step;
    feed(sse, p + at, size);
  }
  assert_int_equal(sluice_sse_finish(sse), SLUICE_OK);
  assert_int_equal(sluice_sse_finish(sse), SLUICE_OK);
  counts = sluice_sse_counted(sse);
  sluice_sse_free(sse);
  return counts;
}

static void check_row(const struct row *row, size_t cut, size_t step)
{
  const char *expected = row->ours == NULL ? row->browser : row->ours;
  struct bytes out = {0};
  sluice_sse_counts counts = run(row->in, row->n, cut, step, &out);

  if (strcmp(out.p, expected) != 0)
    fail_msg("%s, cut at %zu, step %zu: expected %s, got %s", row->why, cut,
             step, expected, out.p);
  if (counts.comments != row->comments || counts.ignored != row->ignored)
    fail_msg("%s, cut at %zu, step %zu: %u comments, %u ignored", row->why, cut,
             step, (unsigned)counts.comments, (unsigned)counts.ignored);
  bytes_free(&out);
}

static void sluice_sees_the_same_at_any_cut(void **state)
{
  size_t i, cut, step;

  (void)state;
  for (i = 0; i < COUNT(rows); i++) {
    for (step = 1; step <= 3; step++)
      check_row(&rows[i], 0, step);
    for (cut = 0; cut <= rows[i].n; cut++)
      check_row(&rows[i], cut, SIZE_MAX);
  }
}

/* Rows one after the other in one stream: nothing of one is left for the next.
 * Those that need the start or the end of a stream stay out. */
static void rows_follow_each_other(void **state)
{
  struct bytes in = {0}, expected = {0}, out = {0};
  size_t i;

  (void)state;
  for (i = 0; i < COUNT(rows); i++) {
    if (strncmp(rows[i].why, "BOM", 3) == 0 ||
        strncmp(rows[i].why, "end", 3) == 0 ||
        strcmp(rows[i].why, "error: at the end") == 0)
      continue;
    bytes_put(&in, rows[i].in, rows[i].n);
    bytes_puts(&in, "\n\n");
    bytes_puts(&expected,
               rows[i].ours == NULL ? rows[i].browser : rows[i].ours);
  }
  run(in.p, in.n, 0, SIZE_MAX, &out);
  assert_string_equal(out.p, expected.p);
  bytes_clear(&out);
  run(in.p, in.n, 0, 1, &out);
  assert_string_equal(out.p, expected.p);
  bytes_free(&in);
  bytes_free(&expected);
  bytes_free(&out);
}

/* ---- random streams ----------------------------------------------------- */

/* Of pieces that no deviation concerns, at most seven between two line ends, so
 * that no name is too long; a blank line ends each. */
static void random_stream(uint64_t *seed, struct bytes *in)
{
  static const char *const words[] = {
      "data",         "data:",    "data: x",
      "event",        "event: e", "id: 1",
      "retry: 5",     ":",        " ",
      "\t",           "\n",       "\r",
      "\r\n",         "\n\n",     "a",
      ": c",          "foo: b",   "\xef\xbb\xbf",
      "\xe2\x82\xac", "{\"a\":1}"};
  size_t n = 1 + random_below(seed, 24);

  bytes_clear(in);
  while (n-- > 0) {
    bytes_puts(in, words[random_below(seed, COUNT(words))]);
    if (n % 7 == 0)
      bytes_puts(in, "\n");
  }
  bytes_puts(in, "\n\n");
}

static void random_streams_are_what_a_browser_sees(void **state)
{
  struct bytes in = {0}, expected = {0}, out = {0};
  size_t turn, events = 0;
  uint64_t seed = 41;

  (void)state;
  for (turn = 0; turn < 50000; turn++) {
    random_stream(&seed, &in);
    bytes_clear(&expected);
    bytes_puts(&expected, "");
    browse(in.p, in.n, &expected);
    bytes_clear(&out);
    run(in.p, in.n, random_below(&seed, in.n), 1 + random_below(&seed, 9),
        &out);
    if (strcmp(out.p, expected.p) != 0)
      fail_msg("turn %zu {%s}: expected %s, got %s", turn, in.p, expected.p,
               out.p);
    events += expected.n > 0;
  }
  assert_true(events > turn / 4 && events < turn);
  bytes_free(&in);
  bytes_free(&expected);
  bytes_free(&out);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_browser_would_see_what_the_table_says),
      cmocka_unit_test(sluice_sees_the_same_at_any_cut),
      cmocka_unit_test(rows_follow_each_other),
      cmocka_unit_test(random_streams_are_what_a_browser_sees)};

  return cmocka_run_group_tests_name("eventstream", tests, NULL, NULL);
}
