package io.apexproxy.runtime.protocol.tls;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A generator of ClientHello messages and of the records around them. */
public final class HelloBuilder {

    private static final int PADDING = 21;
    /** Handshake header, version, random, and three fields of 33, 6 and 2 bytes. */
    private static final int BYTES_BEFORE_EXTENSIONS = 4 + 2 + 32 + 33 + 6 + 2;

    private final ByteArrayOutputStream extensions = new ByteArrayOutputStream();
    private int version = 0x0303;

    /** Creates a generator of a hello without extensions. */
    public HelloBuilder() {
    }

    HelloBuilder version(int newVersion) {
        version = newVersion;
        return this;
    }

    HelloBuilder extension(int type, byte[]... content) {
        extensions.writeBytes(join(uint16(type), vector16(content)));
        return this;
    }

    /** Adds a name of the server. */
    public HelloBuilder serverName(String name) {
        return extension(0, vector16(hostName(name)));
    }

    /** Adds application protocols. */
    public HelloBuilder alpn(String... names) {
        return extension(16, vector16(Arrays.stream(names).map(name -> vector8(latin1(name))).toArray(byte[][]::new)));
    }

    /** Adds an extension that makes the message as long as given. */
    HelloBuilder padding(int messageBytes) {
        int missing = messageBytes - BYTES_BEFORE_EXTENSIONS - 2 - extensions.size() - 4;
        return extension(PADDING, new byte[missing]);
    }

    byte[] message() {
        return message(vector16(extensions.toByteArray()));
    }

    /** Returns a message whose extensions, including their length, are the given bytes. */
    byte[] message(byte[] afterCompression) {
        byte[] random = new byte[32];
        Arrays.fill(random, (byte) 0xA5);
        return handshake(1, uint16(version), random, vector8(random), vector16(new byte[] {0x13, 0x01, 0x5A, 0x5A}),
                vector8(new byte[1]), afterCompression);
    }

    /** Returns the message in one record. */
    public byte[] record() {
        return record(message());
    }

    static byte[] hostName(String name) {
        return join(new byte[1], vector16(latin1(name)));
    }

    static byte[] handshake(int type, byte[]... body) {
        byte[] content = join(body);
        return join(new byte[] {(byte) type, (byte) (content.length >> 16)}, uint16(content.length), content);
    }

    static byte[] record(byte[] content) {
        return record(0x16, 0x0301, content);
    }

    static byte[] record(int type, int version, byte[] content) {
        return join(new byte[] {(byte) type}, uint16(version), vector16(content));
    }

    /** Divides a message into records. */
    static byte[] records(byte[] message, int... sizes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int begin = 0;
        for (int size : sizes) {
            out.writeBytes(record(Arrays.copyOfRange(message, begin, begin + size)));
            begin += size;
        }
        if (begin < message.length) {
            out.writeBytes(record(Arrays.copyOfRange(message, begin, message.length)));
        }
        return out.toByteArray();
    }

    /** Divides a message into records of one size. */
    static byte[] recordsOf(byte[] message, int size) {
        int[] sizes = new int[message.length / size];
        Arrays.fill(sizes, size);
        return records(message, sizes);
    }

    static byte[] vector8(byte[]... content) {
        byte[] joined = join(content);
        return join(new byte[] {(byte) joined.length}, joined);
    }

    static byte[] vector16(byte[]... content) {
        byte[] joined = join(content);
        return join(uint16(joined.length), joined);
    }

    static byte[] uint16(int value) {
        return new byte[] {(byte) (value >> 8), (byte) value};
    }

    static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
