package io.apexproxy.runtime.cli;

import java.security.Security;

/** What {@code bin/apex} starts: the whole process. */
public final class Main {

    /**
     * The JVM keeps addresses for 30 s, and failures for 10 s, whatever {@code resolve_interval} says. A second is
     * enough to spare plugins that connect all the time, and shorter than any sensible interval. It is set here and not
     * with the look-up, because it holds for the whole process, which is ours only when it was started as Apex.
     */
    private static final String NAME_CACHE_SECONDS = "1";

    private Main() {
    }

    /**
     * Runs one command and ends the process with its exit status.
     *
     * @param arguments as the user wrote them; {@code --help} explains them
     */
    public static void main(String[] arguments) {
        ReloadRequests reloads = new ReloadRequests();
        Signals.handle("HUP", reloads::request); // first of all: until then SIGHUP ends the process
        Security.setProperty("networkaddress.cache.ttl", NAME_CACHE_SECONDS);
        Security.setProperty("networkaddress.cache.negative.ttl", NAME_CACHE_SECONDS);
        System.exit(new Commands(System.out, System.err, reloads).run(arguments));
    }
}
