package io.apexproxy.runtime.cli;

/** How the process ends, for scripts and supervisors. */
enum ExitStatus {
    OK(0, "done; after SIGTERM or SIGINT also when connections had to be closed"),
    FAILED(1, "could not start or went wrong for another reason"),
    USAGE(2, "the command line was not understood"),
    /** {@code EX_CONFIG} of BSD's sysexits.h, which systemd and its kin can be told not to retry. */
    CONFIGURATION(78, "the configuration cannot be used");

    private final int code;
    private final String meaning;

    ExitStatus(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    int code() {
        return code;
    }

    String meaning() {
        return meaning;
    }
}
