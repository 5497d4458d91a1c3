/** Tests of the parsers of the HTTP server, without sockets. {@code AdminStarvationTest} uses sockets. */
package io.apexproxy.runtime.admin.http;
