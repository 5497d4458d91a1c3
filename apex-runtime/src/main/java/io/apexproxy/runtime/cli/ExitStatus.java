package io.apexproxy.runtime.cli;

/** The exit statuses of the process. */
enum ExitStatus {
    OK(0, "success; after SIGTERM or SIGINT also if open connections were closed"),
    FAILED(1, "the start or the command failed"),
    USAGE(2, "invalid command line, or no running process can be reached"),
    /** Of the commands that talk to a running process. The number is that of {@link #USAGE}. */
    NOT_REACHED(2, ""),
    /** {@code EX_CONFIG} of BSD's sysexits.h. Supervisors such as systemd can be configured not to restart after it. */
    CONFIGURATION(78, "invalid or missing configuration");

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
