/**
 * What Marathon-LB made of one app in each combination of its labels: '/shop/web', service port 10010, virtual hosts shop.example (multi: and www.shop.example),
 * P = PATH /cart, A = AUTH of realm Shop, R = REDIRECT_TO_HTTPS. Before each line where it stood: the frontend on port 80 or 443, or the map of `--haproxy-map`.
 */
export const WORKED_EXAMPLES = `
# single vhost, flags [-]
80  acl host_shop_example_shop_web hdr(host) -i shop.example
80  use_backend shop_web_10010 if host_shop_example_shop_web
443 use_backend shop_web_10010 if { ssl_fc_sni shop.example }
# single vhost, flags [R]
80  acl host_shop_example_shop_web hdr(host) -i shop.example
80  use_backend shop_web_10010 if host_shop_example_shop_web
80  redirect scheme https code 301 if !{ ssl_fc } host_shop_example_shop_web
443 use_backend shop_web_10010 if { ssl_fc_sni shop.example }
# single vhost, flags [A]
80  acl host_shop_example_shop_web hdr(host) -i shop.example
80  acl auth_shop_example_shop_web http_auth(user_shop_web_10010)
80  http-request auth realm "Shop" if host_shop_example_shop_web !auth_shop_example_shop_web
80  use_backend shop_web_10010 if host_shop_example_shop_web
443 acl auth_shop_example_shop_web http_auth(user_shop_web_10010)
443 http-request auth realm "Shop" if { ssl_fc_sni shop.example } !auth_shop_example_shop_web
443 use_backend shop_web_10010 if { ssl_fc_sni shop.example }
# single vhost, flags [P]
80  acl host_shop_example_shop_web hdr(host) -i shop.example
80  acl path_shop_web_10010 path_beg /cart
80  use_backend shop_web_10010 if host_shop_example_shop_web path_shop_web_10010
443 acl path_shop_web_10010 path_beg /cart
443 use_backend shop_web_10010 if { ssl_fc_sni shop.example } path_shop_web_10010
# single vhost, flags [PR]
80  acl host_shop_example_shop_web hdr(host) -i shop.example
80  acl path_shop_web_10010 path_beg /cart
80  redirect scheme https code 301 if !{ ssl_fc } host_shop_example_shop_web path_shop_web_10010
443 acl path_shop_web_10010 path_beg /cart
443 use_backend shop_web_10010 if { ssl_fc_sni shop.example } path_shop_web_10010
# single vhost, flags [PA]
80  acl host_shop_example_shop_web hdr(host) -i shop.example
80  acl auth_shop_example_shop_web http_auth(user_shop_web_10010)
80  acl path_shop_web_10010 path_beg /cart
80  http-request auth realm "Shop" if host_shop_example_shop_web path_shop_web_10010 !auth_shop_example_shop_web
80  use_backend shop_web_10010 if host_shop_example_shop_web path_shop_web_10010
443 acl path_shop_web_10010 path_beg /cart
443 acl auth_shop_example_shop_web http_auth(user_shop_web_10010)
443 http-request auth realm "Shop" if { ssl_fc_sni shop.example } path_shop_web_10010 !auth_shop_example_shop_web
443 use_backend shop_web_10010 if { ssl_fc_sni shop.example } path_shop_web_10010
# single vhost, flags [AR]
80  acl host_shop_example_shop_web hdr(host) -i shop.example
80  use_backend shop_web_10010 if host_shop_example_shop_web
80  redirect scheme https code 301 if !{ ssl_fc } host_shop_example_shop_web
443 acl auth_shop_example_shop_web http_auth(user_shop_web_10010)
443 http-request auth realm "Shop" if { ssl_fc_sni shop.example } !auth_shop_example_shop_web
443 use_backend shop_web_10010 if { ssl_fc_sni shop.example }
# single vhost, flags [PAR]
80  acl host_shop_example_shop_web hdr(host) -i shop.example
80  acl path_shop_web_10010 path_beg /cart
80  redirect scheme https code 301 if !{ ssl_fc } host_shop_example_shop_web path_shop_web_10010
443 acl path_shop_web_10010 path_beg /cart
443 acl auth_shop_example_shop_web http_auth(user_shop_web_10010)
443 http-request auth realm "Shop" if { ssl_fc_sni shop.example } path_shop_web_10010 !auth_shop_example_shop_web
443 use_backend shop_web_10010 if { ssl_fc_sni shop.example } path_shop_web_10010
# multi vhost, flags [-]
80  acl host_shop_example_shop_web hdr(host) -i shop.example
80  acl host_shop_example_shop_web hdr(host) -i www.shop.example
80  use_backend shop_web_10010 if host_shop_example_shop_web
443 use_backend shop_web_10010 if { ssl_fc_sni shop.example }
443 use_backend shop_web_10010 if { ssl_fc_sni www.shop.example }
# multi vhost, flags [R]
80  acl host_shop_example_shop_web hdr(host) -i shop.example
80  acl host_shop_example_shop_web hdr(host) -i www.shop.example
80  redirect scheme https code 301 if !{ ssl_fc } host_shop_example_shop_web
443 use_backend shop_web_10010 if { ssl_fc_sni shop.example }
443 use_backend shop_web_10010 if { ssl_fc_sni www.shop.example }
# multi vhost, flags [A]
80  acl host_shop_example_shop_web hdr(host) -i shop.example
80  acl host_shop_example_shop_web hdr(host) -i www.shop.example
80  acl auth_shop_example_shop_web http_auth(user_shop_web_10010)
80  http-request auth realm "Shop" if host_shop_example_shop_web !auth_shop_example_shop_web
80  use_backend shop_web_10010 if host_shop_example_shop_web
443 acl auth_shop_example_shop_web http_auth(user_shop_web_10010)
443 http-request auth realm "Shop" if { ssl_fc_sni shop.example } !auth_shop_example_shop_web
443 use_backend shop_web_10010 if { ssl_fc_sni shop.example }
443 acl auth_shop_example_shop_web http_auth(user_shop_web_10010)
443 http-request auth realm "Shop" if { ssl_fc_sni www.shop.example } !auth_shop_example_shop_web
443 use_backend shop_web_10010 if { ssl_fc_sni www.shop.example }
# multi vhost, flags [P]
80  acl path_shop_web_10010 path_beg /cart
80  acl host_shop_example_shop_web hdr(host) -i shop.example
80  acl host_shop_example_shop_web hdr(host) -i www.shop.example
80  use_backend shop_web_10010 if host_shop_example_shop_web path_shop_web_10010
443 acl path_shop_web_10010 path_beg /cart
443 use_backend shop_web_10010 if { ssl_fc_sni shop.example } path_shop_web_10010
443 use_backend shop_web_10010 if { ssl_fc_sni www.shop.example } path_shop_web_10010
# multi vhost, flags [PR]
80  acl path_shop_web_10010 path_beg /cart
80  acl host_shop_example_shop_web hdr(host) -i shop.example
80  acl host_shop_example_shop_web hdr(host) -i www.shop.example
80  redirect scheme https code 301 if !{ ssl_fc } host_shop_example_shop_web path_shop_web_10010
443 acl path_shop_web_10010 path_beg /cart
443 use_backend shop_web_10010 if { ssl_fc_sni shop.example } path_shop_web_10010
443 use_backend shop_web_10010 if { ssl_fc_sni www.shop.example } path_shop_web_10010
# multi vhost, flags [PA]
80  acl path_shop_web_10010 path_beg /cart
80  acl auth_shop_example_shop_web http_auth(user_shop_web_10010)
80  acl host_shop_example_shop_web hdr(host) -i shop.example
80  acl host_shop_example_shop_web hdr(host) -i www.shop.example
80  http-request auth realm "Shop" if host_shop_example_shop_web path_shop_web_10010 !auth_shop_example_shop_web
80  use_backend shop_web_10010 if host_shop_example_shop_web path_shop_web_10010
443 acl path_shop_web_10010 path_beg /cart
443 acl auth_shop_example_shop_web http_auth(user_shop_web_10010)
443 http-request auth realm "Shop" if { ssl_fc_sni shop.example } path_shop_web_10010 !auth_shop_example_shop_web
443 use_backend shop_web_10010 if { ssl_fc_sni shop.example } path_shop_web_10010
443 acl auth_shop_example_shop_web http_auth(user_shop_web_10010)
443 http-request auth realm "Shop" if { ssl_fc_sni www.shop.example } path_shop_web_10010 !auth_shop_example_shop_web
443 use_backend shop_web_10010 if { ssl_fc_sni www.shop.example } path_shop_web_10010
# multi vhost, flags [AR]
80  acl host_shop_example_shop_web hdr(host) -i shop.example
80  acl host_shop_example_shop_web hdr(host) -i www.shop.example
80  redirect scheme https code 301 if !{ ssl_fc } host_shop_example_shop_web
443 acl auth_shop_example_shop_web http_auth(user_shop_web_10010)
443 http-request auth realm "Shop" if { ssl_fc_sni shop.example } !auth_shop_example_shop_web
443 use_backend shop_web_10010 if { ssl_fc_sni shop.example }
443 acl auth_shop_example_shop_web http_auth(user_shop_web_10010)
443 http-request auth realm "Shop" if { ssl_fc_sni www.shop.example } !auth_shop_example_shop_web
443 use_backend shop_web_10010 if { ssl_fc_sni www.shop.example }
# multi vhost, flags [PAR]
80  acl path_shop_web_10010 path_beg /cart
80  acl auth_shop_example_shop_web http_auth(user_shop_web_10010)
80  acl host_shop_example_shop_web hdr(host) -i shop.example
80  acl host_shop_example_shop_web hdr(host) -i www.shop.example
80  redirect scheme https code 301 if !{ ssl_fc } host_shop_example_shop_web path_shop_web_10010
443 acl path_shop_web_10010 path_beg /cart
443 acl auth_shop_example_shop_web http_auth(user_shop_web_10010)
443 http-request auth realm "Shop" if { ssl_fc_sni shop.example } path_shop_web_10010 !auth_shop_example_shop_web
443 use_backend shop_web_10010 if { ssl_fc_sni shop.example } path_shop_web_10010
443 acl auth_shop_example_shop_web http_auth(user_shop_web_10010)
443 http-request auth realm "Shop" if { ssl_fc_sni www.shop.example } path_shop_web_10010 !auth_shop_example_shop_web
443 use_backend shop_web_10010 if { ssl_fc_sni www.shop.example } path_shop_web_10010
# single vhost, map mode, flags [-]
80  use_backend %[req.hdr(host),lower,regsub(:.*$,,),map(/etc/haproxy/domain2backend.map)]
443 use_backend %[ssl_fc_sni,lower,map(/etc/haproxy/domain2backend.map)]
map shop.example shop_web_10010
# single vhost, map mode, flags [R]
80  acl host_shop_example_shop_web hdr(host) -i shop.example
80  use_backend shop_web_10010 if host_shop_example_shop_web
80  redirect scheme https code 301 if !{ ssl_fc } host_shop_example_shop_web
443 use_backend %[ssl_fc_sni,lower,map(/etc/haproxy/domain2backend.map)]
map shop.example shop_web_10010
# multi vhost, map mode, flags [-]
80  use_backend %[req.hdr(host),lower,regsub(:.*$,,),map(/etc/haproxy/domain2backend.map)]
443 use_backend %[ssl_fc_sni,lower,map(/etc/haproxy/domain2backend.map)]
map shop.example shop_web_10010
map www.shop.example shop_web_10010
# multi vhost, map mode, flags [R]
80  acl host_shop_example_shop_web hdr(host) -i shop.example
80  acl host_shop_example_shop_web hdr(host) -i www.shop.example
80  redirect scheme https code 301 if !{ ssl_fc } host_shop_example_shop_web
443 use_backend %[ssl_fc_sni,lower,map(/etc/haproxy/domain2backend.map)]
map shop.example shop_web_10010
map www.shop.example shop_web_10010
`;
