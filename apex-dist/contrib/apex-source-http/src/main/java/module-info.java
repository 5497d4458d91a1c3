/**
 * The backend source {@code http}: a JSON document that is fetched from a server.
 *
 * <p>The module exports nothing. The runtime finds the provider as a service.
 */
module io.apexproxy.source.http {
    requires io.apexproxy.api;
    requires java.net.http;
    requires com.fasterxml.jackson.core; // in plugins/apex-source-http/; the parser of JSON
    requires com.fasterxml.jackson.jr.ob; // in plugins/apex-source-http/; JSON as maps and lists

    provides io.apexproxy.api.source.BackendSourceProvider with
            io.apexproxy.source.http.HttpSourceProvider;
}
