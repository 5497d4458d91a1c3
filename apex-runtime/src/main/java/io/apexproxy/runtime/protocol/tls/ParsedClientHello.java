package io.apexproxy.runtime.protocol.tls;

import io.apexproxy.api.ClientHello;
import java.util.List;
import java.util.Optional;

/**
 * The content of a ClientHello that routes and routers need.
 *
 * @param serverName a valid name in the form of {@link ServerNames#normalize}
 * @param applicationProtocols the names as ISO 8859-1 text; they can contain any character, so escape them in a log
 * @param hasEncryptedHello whether the extension {@code encrypted_client_hello} is present
 */
public record ParsedClientHello(Optional<String> serverName, List<String> applicationProtocols,
        boolean hasEncryptedHello) implements ClientHello {

    /** The hello of a client that sends no extensions. */
    static final ParsedClientHello WITHOUT_EXTENSIONS = new ParsedClientHello(Optional.empty(), List.of(), false);

    /** Copies the list. */
    public ParsedClientHello {
        applicationProtocols = List.copyOf(applicationProtocols);
    }
}
