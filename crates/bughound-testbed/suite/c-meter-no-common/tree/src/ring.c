#include "ring.h"

void ring_push(struct ring *ring, long value)
{
    ring->values[ring->next] = value;
    ring->next = (ring->next + 1) % RING_LENGTH;
    if (ring->count < RING_LENGTH)
        ring->count++;
}

void ring_clear(struct ring *ring)
{
    ring->next = 0;
    ring->count = 0;
}

double ring_mean(const struct ring *ring)
{
    double sum = 0;
    for (size_t i = 0; i < ring->count; i++)
        sum += (double)ring->values[i];
    return ring->count ? sum / (double)ring->count : 0;
}
