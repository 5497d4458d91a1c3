package io.apexproxy.config.toml;

import io.apexproxy.api.Settings;

/** The maximum size of all files together, so that large files cannot exhaust the heap. */
final class SizeLimit {

    /** The system property with the default in bytes. It also applies to the configuration file itself. */
    static final String PROPERTY = "apex.config.max_bytes";

    /** The setting of a configuration source. */
    static final String SETTING = "max_bytes";

    /** Enough for about 600,000 backends. A larger file is probably a wrong path, such as a log file. */
    private static final long DEFAULT = 64 << 20;

    /** Parsing needs about 90 bytes of heap per byte of the file, as measured. */
    private static final long HEAP_PER_BYTE = 128;

    /** Fits a byte array together with the extra byte that reveals a larger file. */
    private static final long MAX = 1 << 30;

    private SizeLimit() {
    }

    /** Returns the limit of the settings or of the system property, or the default, which depends on the heap. */
    static int of(Settings settings) {
        long bytes = settings.bytes(SETTING, defaultLimit());
        if (bytes > MAX) {
            throw settings.invalid(SETTING, "expected at most \"1GiB\", found " + text(bytes));
        }
        return (int) bytes;
    }

    private static long defaultLimit() {
        long heap = Runtime.getRuntime().maxMemory() / HEAP_PER_BYTE;
        return Math.max(1, Math.min(MAX, Long.getLong(PROPERTY, Math.min(DEFAULT, heap))));
    }

    /** Returns a number of bytes with a unit. */
    static String text(long bytes) {
        boolean isWhole = bytes % (1 << 20) == 0;
        return isWhole ? (bytes >> 20) + " MiB" : bytes + " bytes";
    }
}
