package io.apexproxy.runtime.cli;

import io.apexproxy.runtime.cli.process.ReloadRequests;
import io.apexproxy.runtime.cli.process.Signals;
import java.security.Security;

/** The entry point of the process that {@code bin/apex} starts. */
public final class Main {

    /**
     * Lifetime of entries in the name cache of the JVM. By default the JVM caches addresses for 30 s and failures for
     * 10 s, which can exceed {@code resolve_interval}. One second still saves look-ups of plugins that connect often.
     * The setting is global, so it is made here and not in the library.
     */
    private static final String NAME_CACHE_SECONDS = "1";

    private Main() {
    }

    /**
     * Runs one command and ends the process with its exit status.
     *
     * @param arguments the command and its options, see {@code --help}
     */
    public static void main(String[] arguments) {
        ReloadRequests reloads = new ReloadRequests();
        Signals.handle("HUP", reloads::request); // first, because SIGHUP terminates the process until then
        Security.setProperty("networkaddress.cache.ttl", NAME_CACHE_SECONDS);
        Security.setProperty("networkaddress.cache.negative.ttl", NAME_CACHE_SECONDS);
        System.exit(new Commands(System.out, System.err, reloads).run(arguments));
    }
}
