package io.apexproxy.runtime.cli;

/** What {@code bin/apex} starts: the whole process. */
public final class Main {

    /** The JDK reads it once, when the first asynchronous channel is opened; its value is "true" or anything else. */
    private static final String DISABLE_SYNCHRONOUS_READ = "sun.nio.ch.disableSynchronousRead";

    private Main() {
    }

    /**
     * Runs one command and ends the process with its exit status.
     *
     * @param arguments as the user wrote them; {@code --help} explains them
     */
    public static void main(String[] arguments) {
        // a relay reads again after each message, when nothing has come yet: to try before waiting is a wasted call
        if (System.getProperty(DISABLE_SYNCHRONOUS_READ) == null) {
            System.setProperty(DISABLE_SYNCHRONOUS_READ, "true");
        }
        System.exit(new Commands(System.out, System.err).run(arguments));
    }
}
