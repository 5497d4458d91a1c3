package io.apexproxy.runtime.config.address;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;

/** Networks for tests. */
public final class Networks {

    private Networks() {
    }

    /** Returns the network of a text in the configuration. Throws an exception with the mistake if there is one. */
    public static Network parse(String text) {
        ConfigTree value = new ConfigTree.Scalar(text, Origin.of("text"));
        return NetworkText.TYPE.conversion().apply(value)
                .orElseThrow(() -> new IllegalArgumentException(NetworkText.TYPE.mistake(value)));
    }
}
