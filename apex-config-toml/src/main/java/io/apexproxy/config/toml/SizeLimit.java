package io.apexproxy.config.toml;

import io.apexproxy.api.Settings;

/** The largest size of a document, so that no file ends the process. */
final class SizeLimit {

    /** The system property with the default in bytes; it also holds for the configuration file itself. */
    static final String PROPERTY = "apex.config.max_bytes";

    /** The setting of a source. */
    static final String SETTING = "max_bytes";

    /** Room for some 600,000 backends; a larger file is a mistake, such as the path of a log. */
    private static final long USUAL = 64 << 20;

    /** The heap that parsing needs was measured as about 90 times the size of the file. */
    private static final long HEAP_PER_BYTE = 128;

    /** The largest size that fits an array of bytes, with room to notice a file that is larger. */
    private static final long LARGEST = 1 << 30;

    private SizeLimit() {
    }

    /** Returns the limit that the settings or the system property have, else the one that fits the heap. */
    static int of(Settings settings) {
        long bytes = settings.bytes(SETTING, usual());
        if (bytes > LARGEST) {
            throw settings.invalid(SETTING, "expected at most \"1GiB\", found " + text(bytes));
        }
        return (int) bytes;
    }

    private static long usual() {
        long heap = Runtime.getRuntime().maxMemory() / HEAP_PER_BYTE;
        return Math.max(1, Math.min(LARGEST, Long.getLong(PROPERTY, Math.min(USUAL, heap))));
    }

    /** Returns a number of bytes with a unit. */
    static String text(long bytes) {
        boolean isWhole = bytes % (1 << 20) == 0;
        return isWhole ? (bytes >> 20) + " MiB" : bytes + " bytes";
    }
}
