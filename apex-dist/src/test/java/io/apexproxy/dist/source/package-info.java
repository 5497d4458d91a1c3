/** Tests of backend sources on the distribution, with the servers that users have. */
package io.apexproxy.dist.source;
