package io.apexproxy.health.database;

import io.apexproxy.health.probe.Excerpt;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Packets of the protocol of MariaDB and MySQL, version 10. Pure: no channel.
 *
 * @see <a href="https://mariadb.com/kb/en/clientserver-protocol/">Client/server protocol</a>
 */
final class MysqlMessages {

    /** The length of the payload in 3 bytes, and the sequence number. */
    static final int HEADER_LENGTH = 4;

    // first bytes of payloads
    static final byte GREETING = 10;
    static final byte OK = 0;
    static final byte ERROR = (byte) 0xff;
    static final byte AUTHENTICATION_SWITCH = (byte) 0xfe;

    private static final int LENGTH_MASK = 0xff_ffff;
    private static final int SEQUENCE_SHIFT = 24;

    /** Protocol 4.1, its authentication, and the name of a plugin for authentication. */
    private static final int CAPABILITIES = 0x200 | 0x8000 | 0x8_0000;
    private static final int MAX_PACKET = 1 << 24;
    /** utf8mb3, which all versions of the servers know. */
    private static final byte CHARACTER_SET = 33;
    private static final int RESERVED = 23;
    private static final String PLUGIN = "mysql_native_password";
    private static final byte QUIT = 1;

    /** In bytes: {@code #} and five characters. */
    private static final int STATE_LENGTH = 6;

    private MysqlMessages() {
    }

    /** Returns the length of the next payload, from a complete header. */
    static int payloadLength(ByteBuffer bytes) {
        return littleEndian(bytes).getInt(bytes.position()) & LENGTH_MASK;
    }

    /** Returns a login without password. */
    static ByteBuffer login(String user) {
        byte[] name = user.getBytes(StandardCharsets.UTF_8);
        byte[] plugin = PLUGIN.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer payload = littleEndian(ByteBuffer.allocate(
                2 * Integer.BYTES + 1 + RESERVED + name.length + 2 + plugin.length + 1));
        payload.putInt(CAPABILITIES).putInt(MAX_PACKET).put(CHARACTER_SET).put(new byte[RESERVED]);
        payload.put(name).put((byte) 0); // the end of the name
        payload.put((byte) 0); // the length of the password's hash
        payload.put(plugin).put((byte) 0);
        return packet(1, payload.flip());
    }

    /** Returns the answer to a server that requires another plugin for authentication: no password. */
    static ByteBuffer noPassword(int sequence) {
        return packet(sequence, ByteBuffer.allocate(0));
    }

    /** Returns the command that ends a session. */
    static ByteBuffer quit() {
        return packet(0, ByteBuffer.wrap(new byte[] {QUIT}));
    }

    private static ByteBuffer packet(int sequence, ByteBuffer payload) {
        return littleEndian(ByteBuffer.allocate(HEADER_LENGTH + payload.remaining()))
                .putInt(payload.remaining() | sequence << SEQUENCE_SHIFT).put(payload).flip();
    }

    /** Returns the number of an error; 0 if the payload is too short. */
    static int errorCode(ByteBuffer payload) {
        return payload.remaining() < 1 + Short.BYTES ? 0
                : Short.toUnsignedInt(littleEndian(payload).getShort(payload.position() + 1));
    }

    /** Returns the text of an error, escaped and cut. */
    static String errorText(ByteBuffer payload) {
        int text = Math.min(payload.limit(), payload.position() + 1 + Short.BYTES);
        if (text < payload.limit() && payload.get(text) == '#') {
            text = Math.min(payload.limit(), text + STATE_LENGTH);
        }
        String message = StandardCharsets.UTF_8.decode(payload.slice(text, payload.limit() - text)).toString();
        return errorCode(payload) + " " + Excerpt.unquoted(message, MessageExchange.MAX_SHOWN);
    }

    private static ByteBuffer littleEndian(ByteBuffer bytes) {
        return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }
}
