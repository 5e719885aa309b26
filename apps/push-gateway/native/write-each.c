/* The same bytes to many sockets in one call from JavaScript: what a delivery costs besides the system call is mostly the
   way to it, through the layers of Node and libuv for each socket (docs/adr/0016-native-writes.md).

     writeEach(sockets: Int32Array, count: number, bytes: Uint8Array, taken: Int32Array): number

   Writes to the first `count` of the file descriptors, which have to be open, not blocking, and without a write that waits
   in libuv. Puts into `taken` how many bytes the kernel took of each, 0 also where there was an error, which shows again
   for whoever writes the rest. Returns how many did not take everything. Throws a RangeError, and writes nothing, where
   `count` is more than there are sockets or places for what they took.

   Node-API alone, so that one build serves every version of Node (https://nodejs.org/api/n-api.html). */
#define NAPI_VERSION 8
#include <node_api.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* macOS; Node ignores SIGPIPE */
#endif

enum { ARGUMENTS = 4 };

static bool ints(napi_env env, napi_value value, int32_t **data, size_t *length) {
  napi_typedarray_type type;
  bool is_array = napi_get_typedarray_info(env, value, &type, length, (void **)data, NULL, NULL) == napi_ok;
  return is_array && type == napi_int32_array;
}

static bool bytes_of(napi_env env, napi_value value, void **data, size_t *length) {
  napi_typedarray_type type;
  bool is_array = napi_get_typedarray_info(env, value, &type, length, data, NULL, NULL) == napi_ok;
  return is_array && type == napi_uint8_array;
}

static napi_value write_each(napi_env env, napi_callback_info info) {
  napi_value arguments[ARGUMENTS], result;
  size_t given = ARGUMENTS, places, length, room;
  int32_t *sockets, *taken;
  uint32_t count, lacking = 0;
  void *bytes;
  if (napi_get_cb_info(env, info, &given, arguments, NULL, NULL) != napi_ok || given < ARGUMENTS ||
      !ints(env, arguments[0], &sockets, &places) || napi_get_value_uint32(env, arguments[1], &count) != napi_ok ||
      !bytes_of(env, arguments[2], &bytes, &length) || !ints(env, arguments[3], &taken, &room)) {
    napi_throw_type_error(env, NULL, "writeEach(sockets: Int32Array, count: number, bytes: Uint8Array, taken: Int32Array)");
    return NULL;
  }
  if (count > places || count > room) {
    napi_throw_range_error(env, NULL, "count is more than there are sockets, or places for what they took");
    return NULL;
  }
  for (uint32_t i = 0; i < count; i++) {
    ssize_t sent = send(sockets[i], bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);
    taken[i] = sent < 0 ? 0 : (int32_t)sent;
    if (sent != (ssize_t)length) lacking++;
  }
  return napi_create_uint32(env, lacking, &result) == napi_ok ? result : NULL;
}

NAPI_MODULE_INIT() {
  napi_value function;
  if (napi_create_function(env, "writeEach", NAPI_AUTO_LENGTH, write_each, NULL, &function) != napi_ok) return NULL;
  if (napi_set_named_property(env, exports, "writeEach", function) != napi_ok) return NULL;
  return exports;
}
