package io.apexproxy.runtime.protocol.tls;

import static io.apexproxy.runtime.protocol.tls.HelloParsing.complete;
import static io.apexproxy.runtime.protocol.tls.HelloParsing.hello;
import static io.apexproxy.runtime.protocol.tls.HelloParsing.parse;
import static io.apexproxy.runtime.protocol.tls.HelloParsing.parseByteByByte;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hellos of real clients. */
class RealHelloTest {

    /** {@code openssl s_client -servername App.Example -alpn h2,http/1.1}, OpenSSL 3.0. */
    private static final String OPENSSL = """
            160301014a0100014603031ea28f8c2553b896e8005d4e8b341ee193b8380767ead0662027ba2e323ac160200bbd0cb8011e2bf3
            521c6d6613ff5b1547f87c2e20e10724a7b23ac7b504e77c003e130213031301c02cc030009fcca9cca8ccaac02bc02f009ec024
            c028006bc023c0270067c00ac0140039c009c0130033009d009c003d003c0035002f00ff010000bf00000010000e00000b417070
            2e4578616d706c65000b000403000102000a00160014001d0017001e0019001801000101010201030104002300000010000e000c
            02683208687474702f312e310016000000170000000d002a0028040305030603080708080809080a080b08040805080604010501
            0601030303010302040205020602002b0009080304030303020301002d00020101003300260024001d0020a2191214117278db6d
            0995d723f7b97aca6297cefe52b2d0b86785384a500c1c""";

    @Test
    void helloOfOpensslIsParsed() {
        byte[] stream = HexFormat.of().parseHex(OPENSSL.replace("\n", ""));

        assertThat(parse(stream)).isEqualTo(hello("app.example", "h2", "http/1.1"));
        assertThat(parseByteByByte(stream)).isEqualTo(hello("app.example", "h2", "http/1.1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void helloOfTheJdkIsParsed(String version) throws GeneralSecurityException, SSLException {
        SSLParameters parameters = new SSLParameters(null, new String[] {version});
        parameters.setServerNames(List.of(new SNIHostName("Shop.Example")));
        parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
        byte[] stream = helloOfJdk(parameters);

        assertThat(parse(stream)).isEqualTo(hello("shop.example", "h2", "http/1.1"));
        assertThat(parseByteByByte(stream)).isEqualTo(hello("shop.example", "h2", "http/1.1"));
    }

    @Test
    void helloOfTheJdkWithoutNameIsParsed() throws GeneralSecurityException, SSLException {
        assertThat(parse(helloOfJdk(new SSLParameters())))
                .isEqualTo(complete(ParsedClientHello.WITHOUT_EXTENSIONS));
    }

    private static byte[] helloOfJdk(SSLParameters parameters) throws GeneralSecurityException, SSLException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, null, null);
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(true);
        engine.setSSLParameters(parameters);
        ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), out);
        return Arrays.copyOf(out.array(), out.position());
    }
}
