package io.apexproxy.route.weighted;

/**
 * The hash function of SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA
 * 2014), whose result for similar numbers is not similar. It must never change: clients would move to other pools.
 */
final class Hash {

    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    /** The number of bits of a fraction. With one more, the greatest fraction would be rounded to 1. */
    private static final int FRACTION_BITS = 52;

    private static final double HALF = 0.5;

    private Hash() {
    }

    /** Returns the first number of the generator with this seed. */
    static long of(long seed) {
        long z = seed + GOLDEN_GAMMA;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** Returns the hash of a text. */
    static long of(String text) {
        long hash = of(text.length());
        for (int i = 0; i < text.length(); i++) {
            hash = of(hash ^ text.charAt(i));
        }
        return hash;
    }

    /** Converts a hash to a number between 0 and 1, both excluded. */
    static double fraction(long hash) {
        return ((hash >>> (Long.SIZE - FRACTION_BITS)) + HALF) / (1L << FRACTION_BITS);
    }
}
