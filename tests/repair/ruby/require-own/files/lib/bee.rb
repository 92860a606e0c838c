def bee
  'maja'
end
