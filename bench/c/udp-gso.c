// The limit for `udp-gso`: bursts of segments, sent in few pieces that the kernel takes apart (UDP_SEGMENT), and received
// in few that it has put together (UDP_GRO). Both ends are here.
// udp-gso <again | copy> <bytes of a segment> <segments of a piece> <pieces of a burst>; each line of the input is a number
// of bursts. again: the same pieces are sent for each burst; copy: they are first copied to where they are sent from.
#include <netinet/udp.h>

#include "bench.h"

enum { kPieces = 64, kRoom = 65536, kQueue = 64 << 20 };

union segment_size {
  char bytes[CMSG_SPACE(sizeof(int))];
  struct cmsghdr aligned;
};

static struct iovec parts[kPieces];
static union segment_size sizes[kPieces];
static struct mmsghdr batch[kPieces];

static void send_burst(int fd, char (*pieces)[kRoom], int count, size_t piece, uint16_t segment) {
  for (int i = 0; i < count; i++) {
    struct msghdr *message = &batch[i].msg_hdr;
    parts[i] = (struct iovec){pieces[i], piece};
    *message = (struct msghdr){.msg_iov = &parts[i],
                               .msg_iovlen = 1,
                               .msg_control = &sizes[i],
                               .msg_controllen = CMSG_SPACE(sizeof segment)};
    struct cmsghdr *control = CMSG_FIRSTHDR(message);
    *control = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof segment), .cmsg_level = SOL_UDP, .cmsg_type = UDP_SEGMENT};
    memcpy(CMSG_DATA(control), &segment, sizeof segment);
  }
  for (int sent = 0; sent < count;) sent += checked(sendmmsg(fd, batch + sent, (unsigned)(count - sent), 0), "sendmmsg");
}

static void receive_burst(int fd, char (*pieces)[kRoom], size_t bytes, int segment) {
  for (size_t left = bytes; left > 0;) {
    for (int i = 0; i < kPieces; i++) {
      parts[i] = (struct iovec){pieces[i], kRoom};
      batch[i].msg_hdr = (struct msghdr){
          .msg_iov = &parts[i], .msg_iovlen = 1, .msg_control = &sizes[i], .msg_controllen = sizeof sizes[i]};
    }
    const int count = checked(recvmmsg(fd, batch, kPieces, 0, NULL), "recvmmsg");
    for (int i = 0; i < count; i++) {
      const struct cmsghdr *control = CMSG_FIRSTHDR(&batch[i].msg_hdr);
      int size = 0;
      if (control != NULL) memcpy(&size, CMSG_DATA(control), sizeof size);
      require(size == segment, "segments of another size");
      left -= batch[i].msg_len;
    }
  }
}

int main(int count, char **arguments) {
  static char out[kPieces][kRoom], in[kPieces][kRoom], source[kRoom];
  char line[64];
  require(count == 5, "usage: udp-gso <again | copy> <bytes of a segment> <segments of a piece> <pieces of a burst>");
  const int copies = strcmp(arguments[1], "copy") == 0;
  const int segment = atoi(arguments[2]), pieces = atoi(arguments[4]), on = 1;
  const size_t piece = (size_t)(segment * atoi(arguments[3]));
  require(piece < kRoom && pieces <= kPieces, "too much for one piece, or too many pieces");
  const int receiver = bind_datagrams(SOCK_NONBLOCK), sender = connect_datagrams(receiver);
  checked(setsockopt(receiver, SOL_UDP, UDP_GRO, &on, sizeof on), "UDP_GRO");
  lengthen_queue(receiver, kQueue);
  // Memory that was never written is one page of zeroes, which stays in the processor's cache as no payload does.
  memset(out, 1, sizeof out);
  memset(source, 1, sizeof source);
  while (fgets(line, sizeof line, stdin) != NULL) {
    struct cost all = {0};
    const struct cost before = cost_so_far();
    for (long bursts = atol(line); bursts > 0; bursts--) {
      for (int i = 0; copies && i < pieces; i++) memcpy(out[i], source, piece);
      send_burst(sender, out, pieces, piece, (uint16_t)segment);
      receive_burst(receiver, in, piece * (size_t)pieces, segment);
    }
    add_cost(&all, before);
    print_cost(all);
  }
  return 0;
}
