package dev.offtake.schedule;

/**
 * How much of its share a sub-tenant has: the smaller, the further it is below it. As shares are by weight, nobody has to
 * know how many GPUs they are of.
 *
 * @param gpus that it has in use
 * @param weight at least 1
 */
record Portion(long gpus, int weight) implements Comparable<Portion> {
    /** Of one that has no others beside it. */
    static final Portion NONE = new Portion(0, 1);

    /** With so many GPUs more. */
    Portion plus(long more) {
        return new Portion(gpus + more, weight);
    }

    /** GPUs that it may have more until it is above another one; negative where it is. */
    long roomUpTo(Portion other) {
        return Math.floorDiv(other.gpus * weight, (long) other.weight) - gpus;
    }

    @Override
    public int compareTo(Portion other) {
        return Long.compare(gpus * other.weight, other.gpus * weight);
    }
}
