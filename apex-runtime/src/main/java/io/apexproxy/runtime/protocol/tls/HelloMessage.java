package io.apexproxy.runtime.protocol.tls;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Parser of a complete ClientHello message, without the records around it.
 *
 * <p>It checks the lengths of all fields, and the content of the extensions that it reads. It ignores the version,
 * cipher suites and other extensions (GREASE among them): a server that dislikes them refuses the client itself.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6066#section-3">RFC 6066, section 3: server_name</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7301#section-3.1">RFC 7301, section 3.1: ALPN</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9849">RFC 9849: encrypted_client_hello</a>
 */
final class HelloMessage {

    /** Type and length of a handshake message. */
    static final int HEADER_BYTES = 4;
    /**
     * The maximum number of application protocols. Most clients send two. Without a limit, the names in a hello of
     * 32 KiB could use almost 1 MiB of heap.
     */
    static final int MAX_PROTOCOLS = 128;

    private static final int VERSION_AND_RANDOM_BYTES = 2 + 32;
    private static final int SERVER_NAME = 0;
    private static final int HOST_NAME = 0;
    private static final int APPLICATION_PROTOCOLS = 16;
    private static final int ENCRYPTED_CLIENT_HELLO = 0xfe0d;

    private Optional<String> serverName = Optional.empty();
    private List<String> protocols = List.of();
    private boolean hasEncryptedHello;

    private HelloMessage() {
    }

    /**
     * Parses a message.
     *
     * @param message the message with its header, whose length is that of the array
     */
    static ParsedClientHello parse(byte[] message) throws MalformedHelloException {
        HelloField hello = new HelloField(message, HEADER_BYTES, message.length);
        hello.skip(VERSION_AND_RANDOM_BYTES);
        hello.vector8(); // session identifier
        hello.vector16(); // cipher suites
        hello.vector8(); // compression methods
        if (hello.isEmpty()) { // RFC 5246, section 7.4.1.2: no extensions
            return ParsedClientHello.WITHOUT_EXTENSIONS;
        }
        HelloMessage result = new HelloMessage();
        HelloField extensions = hello.vector16();
        hello.requireEnd();
        while (!extensions.isEmpty()) {
            result.readExtension(extensions.uint16(), extensions.vector16());
        }
        return new ParsedClientHello(result.serverName, result.protocols, result.hasEncryptedHello);
    }

    /** RFC 8446, section 4.2, forbids repeated extensions. Servers differ in which one they use. */
    private void readExtension(int type, HelloField content) throws MalformedHelloException {
        switch (type) {
            case SERVER_NAME -> {
                if (serverName.isPresent()) {
                    throw new MalformedHelloException("a repeated server_name extension");
                }
                serverName = Optional.of(hostName(content.list()));
            }
            case APPLICATION_PROTOCOLS -> {
                if (!protocols.isEmpty()) {
                    throw new MalformedHelloException("a repeated ALPN extension");
                }
                protocols = protocolNames(content.list());
            }
            case ENCRYPTED_CLIENT_HELLO -> hasEncryptedHello = true;
            default -> { // unknown, reserved or not needed here
            }
        }
    }

    /** Returns the first host name of a list. RFC 6066 requires that names of other types also begin with a length. */
    private static String hostName(HelloField names) throws MalformedHelloException {
        Optional<String> found = Optional.empty();
        while (!names.isEmpty()) {
            int type = names.uint8();
            HelloField name = names.vector16();
            if (type == HOST_NAME && found.isEmpty()) {
                found = Optional.of(hostNameText(name));
            }
        }
        return found.orElseThrow(() -> new MalformedHelloException("a server_name extension without a host name"));
    }

    private static String hostNameText(HelloField name) throws MalformedHelloException {
        if (name.length() > ServerNames.MAX_LENGTH) {
            throw new MalformedHelloException("a server name of more than " + ServerNames.MAX_LENGTH + " bytes");
        }
        String normalized = ServerNames.normalize(name.text());
        if (!ServerNames.isValid(normalized)) {
            throw new MalformedHelloException("a server name with an empty label or a character that is not allowed");
        }
        return normalized;
    }

    private static List<String> protocolNames(HelloField list) throws MalformedHelloException {
        List<String> names = new ArrayList<>();
        while (!list.isEmpty()) {
            HelloField name = list.vector8();
            if (name.isEmpty()) {
                throw new MalformedHelloException("an empty application protocol");
            }
            if (names.size() == MAX_PROTOCOLS) {
                throw new MalformedHelloException("more than " + MAX_PROTOCOLS + " application protocols");
            }
            names.add(name.text());
        }
        return names;
    }
}
