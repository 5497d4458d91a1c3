package io.apexproxy.runtime.tls.files;

import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * A value that is built from the content of files, and built again when the content has changed. One thread refreshes
 * it; any thread may read it.
 *
 * @param <C> the type of the content, which {@code equals} compares
 * @param <V> the type of the value
 */
final class BuiltValue<C, V> {

    private final Supplier<C> content;
    private final BiFunction<C, Optional<V>, V> builder;
    private C built;
    private volatile V value;

    /**
     * Builds the first value.
     *
     * @param content returns the present content
     * @param builder builds a value from the content and the previous value, which is empty for the first one
     */
    BuiltValue(Supplier<C> content, BiFunction<C, Optional<V>, V> builder) {
        this.content = content;
        this.builder = builder;
        this.built = content.get();
        this.value = builder.apply(built, Optional.empty());
    }

    V get() {
        return value;
    }

    /** Builds the value again if the content has changed. If the builder throws, the value remains. */
    void refresh() {
        C present = content.get();
        if (!present.equals(built)) {
            built = present; // also if the next line throws, which would only be repeated
            value = builder.apply(present, Optional.of(value));
        }
    }
}
