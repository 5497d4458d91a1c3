package io.apexproxy.api.testkit;

import io.apexproxy.api.ClientHello;
import java.util.List;
import java.util.Optional;

/**
 * The first message of a TLS client, with the content that the test sets.
 *
 * @param serverName the name in lower case without a trailing dot, as from the runtime
 * @param applicationProtocols the names in the client's order of preference
 * @param hasEncryptedHello whether the client sent an encrypted hello as well
 */
public record FakeClientHello(Optional<String> serverName, List<String> applicationProtocols,
        boolean hasEncryptedHello) implements ClientHello {

    /** Copies the list. */
    public FakeClientHello {
        applicationProtocols = List.copyOf(applicationProtocols);
    }

    /** Creates a hello with a server name and without application protocols. */
    public static FakeClientHello of(String serverName) {
        return new FakeClientHello(Optional.of(serverName), List.of(), false);
    }

    /** Creates a hello of a client that sends no extensions. */
    public static FakeClientHello withoutServerName() {
        return new FakeClientHello(Optional.empty(), List.of(), false);
    }

    /** Returns this hello with other application protocols. */
    public FakeClientHello withProtocols(String... names) {
        return new FakeClientHello(serverName, List.of(names), hasEncryptedHello);
    }

    /** Returns this hello with an encrypted hello. */
    public FakeClientHello withEncryptedHello() {
        return new FakeClientHello(serverName, applicationProtocols, true);
    }
}
