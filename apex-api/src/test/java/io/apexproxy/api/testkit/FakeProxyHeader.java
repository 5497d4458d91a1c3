package io.apexproxy.api.testkit;

import io.apexproxy.api.ProxyHeader;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A PROXY protocol header with the fields that the test sets. Immutable. */
public final class FakeProxyHeader implements ProxyHeader {

    private final int version;
    private final Map<Integer, byte[]> fields;

    private FakeProxyHeader(int version, Map<Integer, byte[]> fields) {
        this.version = version;
        this.fields = fields;
    }

    /** Creates a header of version 1, which has no fields. */
    public static FakeProxyHeader v1() {
        return new FakeProxyHeader(1, Map.of());
    }

    /** Creates a header of version 2 without fields. */
    public static FakeProxyHeader v2() {
        return new FakeProxyHeader(2, Map.of());
    }

    /** Returns a header of version 2 with the fields of this one and another one, which replaces that of its type. */
    public FakeProxyHeader withField(int type, byte[] value) {
        Map<Integer, byte[]> extended = new HashMap<>(fields);
        extended.put(type, value.clone());
        return new FakeProxyHeader(2, extended);
    }

    @Override
    public int version() {
        return version;
    }

    @Override
    public Optional<byte[]> field(int type) {
        return Optional.ofNullable(fields.get(type)).map(byte[]::clone);
    }

    @Override
    public String toString() {
        return "PROXY protocol header of version " + version + " with fields " + fields.keySet();
    }
}
