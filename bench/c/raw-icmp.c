// The limit for `raw-icmp`: echo requests to the loopback address, and their replies, through one raw socket.
// raw-icmp <at a time>; each line of the input is a number of echoes.
#include <linux/icmp.h>
#include <netinet/ip.h>

#include "bench.h"

enum { kPayload = 56, kRoom = 2048 };

struct echo {
  struct icmphdr header;
  char payload[kPayload];
};

static uint16_t checksum(const struct echo *echo) {
  uint16_t words[sizeof *echo / 2];
  uint32_t sum = 0;
  memcpy(words, echo, sizeof words);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) sum += words[i];
  sum = (sum >> 16) + (sum & 0xffff);
  return (uint16_t) ~(sum + (sum >> 16));
}

static void ask(int fd, uint16_t sequence) {
  const struct sockaddr_in address = loopback(0);
  struct echo echo = {.header = {.type = ICMP_ECHO, .un.echo = {.id = 1, .sequence = htons(sequence)}}};
  echo.header.checksum = checksum(&echo);
  checked(sendto(fd, &echo, sizeof echo, 0, (const struct sockaddr *)&address, sizeof address), "sendto");
}

static void take(int fd, uint16_t sequence) {
  static char packet[kRoom];
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  const int got = checked(recvfrom(fd, packet, sizeof packet, 0, (struct sockaddr *)&address, &length), "recvfrom");
  const struct icmphdr *header = (const struct icmphdr *)(packet + sizeof(struct iphdr));
  require(got == sizeof(struct iphdr) + sizeof(struct echo), "a packet of another length");
  require(ntohs(header->un.echo.sequence) == sequence, "the reply to another request");
}

int main(int count, char **arguments) {
  char line[64];
  require(count == 2, "usage: raw-icmp <at a time>");
  const long at_a_time = atol(arguments[1]);
  const struct icmp_filter only_replies = {.data = ~(1U << ICMP_ECHOREPLY)};
  const int fd = checked(socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP), "socket SOCK_RAW");
  checked(setsockopt(fd, SOL_RAW, ICMP_FILTER, &only_replies, sizeof only_replies), "ICMP_FILTER");
  while (fgets(line, sizeof line, stdin) != NULL) {
    struct cost all = {0};
    const struct cost before = cost_so_far();
    uint16_t asked = 0, taken = 0;
    for (long left = atol(line); left > 0; left -= at_a_time) {
      for (long i = 0; i < at_a_time; i++) ask(fd, asked++);
      for (long i = 0; i < at_a_time; i++) take(fd, taken++);
    }
    add_cost(&all, before);
    print_cost(all);
  }
  return 0;
}
