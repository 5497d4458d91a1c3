package io.apexproxy.runtime.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentCodingTest {

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "GZIP", "deflate, gzip;q=0.5", "gzip;q=1.0,*;q=0", " gzip ; q=0.001", "br,gzip"})
    void gzipIsAccepted(String header) {
        assertThat(ContentCoding.acceptsGzip(header)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "identity", "*", "gzip;q=0", "gzip; q=0.000", "deflate, gzip ;q=0.0", "xgzip", ";", ",",
        "gzip;Q=0"})
    void gzipIsNotAccepted(String header) {
        assertThat(ContentCoding.acceptsGzip(header)).isFalse();
    }
}
