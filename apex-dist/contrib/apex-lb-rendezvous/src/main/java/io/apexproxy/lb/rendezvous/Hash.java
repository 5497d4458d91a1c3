package io.apexproxy.lb.rendezvous;

/**
 * The hash function of SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA
 * 2014), whose result for similar numbers is not similar. It must never change: clients would move to other backends.
 */
final class Hash {

    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

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
}
