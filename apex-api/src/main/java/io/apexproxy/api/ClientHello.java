package io.apexproxy.api;

import java.util.List;
import java.util.Optional;

/**
 * The first message of a TLS client, which is not encrypted.
 *
 * <p>The client decides its content; nothing of it is verified. Immutable. All methods can be called from any thread
 * and never block.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8446#section-4.1.2">RFC 8446, section 4.1.2</a>
 * @since 0.2
 */
public interface ClientHello {

    /**
     * Returns the name of the server that the client connects to (server name indication, SNI).
     *
     * @return the name in lower case without a trailing dot; empty if the client sent none
     */
    Optional<String> serverName();

    /**
     * Returns the application protocols that the client offers (ALPN).
     *
     * @return the names, such as {@code h2}, in the client's order of preference; empty if the client sent none
     */
    List<String> applicationProtocols();

    /**
     * Returns whether the client sent an encrypted hello as well (ECH). Then {@link #serverName} can be the public name
     * of a provider instead of the server's name, so do not permit access because of it.
     *
     * @return whether the extension {@code encrypted_client_hello} is present; clients also send it without meaning
     */
    boolean hasEncryptedHello();
}
